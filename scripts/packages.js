// Serverless plugin: what each function's zip carries besides handlers/, with byte code, the same bytes for the same commit.
//
// serverless-python-requirements, which is listed before this, installs the requirements; it would put all of them into
// every zip, with the computer's own permissions. So they are taken from it here, compiled, and written by archive.py.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const TASK = "/var/task"; // where Lambda unpacks a zip: what the byte code names as its source
const PYODIDE_PYTHON = require("pyodide/pyodide-lock.json").info.python;
// Unchecked: a zip's sources do not change, and their times, which are the alternative, are not kept.
const COMPILE = `
import compileall, py_compile, warnings
warnings.simplefilter("ignore")  # of the sources, which are not ours
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
compileall.compile_dir("${TASK}", quiet=1, invalidation_mode=mode)
`;

class Packages {
  constructor(serverless, options, { log }) {
    this.serverless = serverless;
    this.options = options;
    this.log = log;
    this.folder = path.join(serverless.serviceDir, ".serverless", "python");
    this.hooks = {
      "before:package:createDeploymentArtifacts": () => this.collect(),
      "after:package:createDeploymentArtifacts": () => this.archive(),
      "before:deploy:function:packageFunction": () => this.collect(),
      "after:deploy:function:packageFunction": () => this.archive(),
    };
  }

  get settings() {
    return this.serverless.service.custom.pythonRequirements;
  }

  // Take the installed requirements, if the stage has any, and compile them together with the handlers.
  async collect() {
    const { serviceDir } = this.serverless;
    const installed = path.join(serviceDir, ".serverless", "requirements");
    fs.rmSync(this.folder, { recursive: true, force: true });
    if (!fs.existsSync(installed)) return;
    fs.renameSync(installed, this.folder);
    const isSource = (file) => path.basename(file) !== "__pycache__";
    fs.cpSync(path.join(serviceDir, "handlers"), path.join(this.folder, "handlers"), { recursive: true, filter: isSource });
    await this.compile(this.serverless.service.provider.runtime.replace("python", ""));
  }

  // Byte code is of use to the Python version that made it alone. Pyodide is one that every computer with npm can run.
  async compile(version) {
    if (PYODIDE_PYTHON.startsWith(`${version}.`)) {
      const { loadPyodide } = await import("pyodide");
      const pyodide = await loadPyodide({ env: { PYTHONHASHSEED: "0" } });
      pyodide.mountNodeFS(TASK, this.folder);
      pyodide.runPython(COMPILE);
    } else if (this.python(["-c", "import sys; print(*sys.version_info[:2], sep='.')"]) === version) {
      const naming = ["-s", this.folder, "-p", TASK];
      this.python(["-W", "ignore", "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", ...naming, this.folder]);
    } else {
      this.log.warning(`No Python ${version} here: the package goes without byte code, and each cold start takes seconds longer`);
    }
  }

  // Rewrite the zips that Serverless has made of handlers/: those of functions packaged individually are the light ones.
  archive() {
    if (!fs.existsSync(this.folder)) return;
    const { service } = this.serverless;
    const names = this.options.function ? [this.options.function] : service.getAllFunctions();
    const archives = new Map();
    for (const name of names) {
      const { individually, artifact = service.package.artifact } = service.getFunction(name).package ?? {};
      archives.set(artifact, individually ? ["handlers", ...service.custom.lightPackages] : []);
    }
    for (const [artifact, only] of archives) {
      this.python([path.join(__dirname, "archive.py"), artifact, this.folder, ...only]);
    }
    fs.rmSync(this.folder, { recursive: true });
  }

  python(args) {
    const options = { encoding: "utf8", env: { ...process.env, PYTHONHASHSEED: "0" } };
    const done = spawnSync(this.settings.pythonBin, args, options);
    if (done.error) throw done.error;
    if (done.status !== 0) throw new this.serverless.classes.Error(`${this.settings.pythonBin} ${args[0]} failed: ${done.stderr}`);
    return done.stdout.trim();
  }
}

module.exports = Packages;
