"""The viper build: machine code from the unchanged, annotated sources of the core.

`lowering` makes the copy that mpy-cross compiles; `kernels` reads the sources; the rest are steps.
"""
