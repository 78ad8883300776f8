"""The forms in which the core comes: source, lean, bytecode, native, viper."""
