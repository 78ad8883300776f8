// Runs one Python script under MicroPython in WebAssembly, on Node.
//
//   node run.mjs [--path FOLDER]... [--heapsize BYTES] [--pystack WORDS] SCRIPT [ARGUMENT]...
//
// Every FOLDER is copied into the virtual file system and put on sys.path in the order given, after
// the script's own folder. What the script prints goes out byte for byte. Exit code: the script's
// own, 1 after an uncaught exception (its traceback goes to stderr), 2 when it cannot be started.

import fs from "node:fs";
import nodePath from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript";

const USAGE =
    "usage: run.mjs [--path FOLDER]... [--heapsize BYTES] [--pystack WORDS] SCRIPT [ARGUMENT]...";

function refuse(message) {
    process.stderr.write(message + "\n");
    process.exit(2);
}

function parse(argv) {
    const options = { paths: [], loader: {} };
    let i = 0;
    for (; i < argv.length && argv[i].startsWith("--"); i += 2) {
        const value = argv[i + 1];
        if (value === undefined) refuse(USAGE);
        if (argv[i] === "--path") options.paths.push(value);
        else if (argv[i] === "--heapsize") options.loader.heapsize = Number(value);
        else if (argv[i] === "--pystack") options.loader.pystack = Number(value);
        else refuse(USAGE);
    }
    if (i >= argv.length) refuse(USAGE);
    options.script = argv[i];
    options.args = argv.slice(i + 1);
    return options;
}

// Output in large pieces; writeSync may take only a part, or none while a pipe is full.
class Sink {
    constructor(descriptor) {
        this.descriptor = descriptor;
        this.buffer = Buffer.alloc(1 << 16);
        this.used = 0;
    }

    put(bytes) {
        for (const byte of bytes) {
            if (this.used === this.buffer.length) this.flush();
            this.buffer[this.used++] = byte;
        }
    }

    flush() {
        for (let from = 0; from < this.used; ) {
            try {
                from += fs.writeSync(this.descriptor, this.buffer, from, this.used - from);
            } catch (error) {
                if (error.code !== "EAGAIN") throw error;
            }
        }
        this.used = 0;
    }
}

function copyFolder(FS, from, to) {
    FS.mkdir(to);
    for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
        const source = nodePath.join(from, entry.name);
        const target = to + "/" + entry.name;
        if (entry.name === "__pycache__" || entry.name === "node_modules") continue;
        if (entry.isDirectory()) copyFolder(FS, source, target);
        else if (/\.(py|mpy|json)$/.test(entry.name)) FS.writeFile(target, fs.readFileSync(source));
    }
}

function exitCode(error, script, stderr) {
    const last = error.message.trimEnd().split("\n").pop();
    if (error.type === "SystemExit") {
        if (last === "SystemExit:" || last === "SystemExit") return 0;
        const code = last.slice("SystemExit: ".length);
        if (/^-?\d+$/.test(code)) return Number(code) & 255;
        stderr.put(Buffer.from(code + "\n"));
        return 1;
    }
    stderr.put(Buffer.from(error.message.replaceAll('"<stdin>"', JSON.stringify(script))));
    return 1;
}

const options = parse(process.argv.slice(2));
let source;
try {
    source = fs.readFileSync(options.script, "utf8");
} catch (error) {
    refuse(error.message);
}
const stdout = new Sink(1);
const stderr = new Sink(2);
const micropython = await loadMicroPython({
    linebuffer: false,
    stdout: (bytes) => stdout.put(bytes),
    stderr: (bytes) => stderr.put(bytes),
    ...options.loader,
});
const folders = [nodePath.dirname(nodePath.resolve(options.script)), ...options.paths];
const mounted = folders.map((folder, i) => {
    const target = "/path" + i;
    copyFolder(micropython.FS, folder, target);
    return target;
});
const list = (strings) => "[" + strings.map((s) => JSON.stringify(s)).join(", ") + "]";
micropython.runPython(
    "import sys\n" +
        "sys.path[:] = " + list([...mounted, ".frozen"]) + "\n" +
        "sys.argv[:] = " + list([options.script, ...options.args]) + "\n" +
        "del sys\n",
);
let code = 0;
try {
    micropython.runPython(source);
} catch (error) {
    if (error.name !== "PythonError") throw error;
    code = exitCode(error, options.script, stderr);
} finally {
    stdout.flush();
    stderr.flush();
}
process.exitCode = code;
