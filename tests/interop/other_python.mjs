// Another Python: CPython as the npm package pyodide has it. Usage: node other_python.mjs FOLDER
// SCRIPT INPUT; the folder is there under /repo, and the last line's value is written out.
import { loadPyodide } from "pyodide";
import { readFileSync } from "node:fs";

const [folder, script, input] = process.argv.slice(2);
const python = await loadPyodide();
for (const [name, path] of [["/repo", folder], ["/usr/share/zoneinfo", "/usr/share/zoneinfo"]]) {
  python.FS.mkdirTree(name);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: path }, name);
}
python.globals.set("given", readFileSync(input, "utf8"));
process.stdout.write(python.runPython(readFileSync(script, "utf8")));
