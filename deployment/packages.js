// A Serverless plugin that makes each function's zip: our own code and the function's packages, with byte code. The same
// commit makes the same bytes.
//
// serverless-python-requirements, which is listed before this plugin, installs the requirements. It would put all of them into
// every zip, with this computer's permissions. So this plugin takes them, compiles them, and has archive.py write the zips.
// Serverless itself would look at every file of the project for each zip, those of .venv and node_modules too.
"use strict";

const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { acquire } = require("./exclusive.js");

// In every zip: our own code without the client, which no function uses.
const OWN = ["handlers", "finance_stream"];
const TASK = "/var/task"; // Lambda unpacks a zip here. The byte code names it as the place of its source
// The commands that write into .serverless.
const WRITES = new Set(["package", "deploy", "deploy function", "requirements install"]);
const EMPTY_ZIP = Buffer.from("PK\x05\x06".padEnd(22, "\0")); // only the end of its directory
const PYODIDE_PYTHON = require("pyodide/pyodide-lock.json").info.python;
// Unchecked, since the sources in a zip don't change. The alternative, a check of their times, needs times that the zip lacks.
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
      initialize: () => this.lock(),
      "before:package:createDeploymentArtifacts": () => this.collect(),
      "after:package:createDeploymentArtifacts": () => this.archive(),
      "before:deploy:function:packageFunction": () => this.collect(),
      "after:deploy:function:packageFunction": () => this.archive(),
    };
  }

  get settings() {
    return this.serverless.service.custom.pythonRequirements;
  }

  // Two processes that package this project at once would delete each other's .serverless. Serverless reads it until the end
  // of a deployment, so the end of the process releases the lock.
  async lock() {
    if (!WRITES.has(this.serverless.processedInput.commands.join(" "))) return;
    const wait = (pid) => this.log.notice(`Waiting for process ${pid}, which packages this project ...`);
    await acquire(path.join(this.serverless.serviceDir, ".local", "serverless.lock"), wait);
  }

  // Take the installed requirements, if the stage has any, and compile them together with our own code.
  async collect() {
    const { serviceDir, service } = this.serverless;
    const installed = path.join(serviceDir, ".serverless", "requirements");
    const isSource = (file) => !["client", "__pycache__"].includes(path.basename(file));
    this.carriesPackages = fs.existsSync(installed);
    fs.rmSync(this.folder, { recursive: true, force: true });
    if (this.carriesPackages) fs.renameSync(installed, this.folder);
    for (const own of OWN) fs.cpSync(path.join(serviceDir, own), path.join(this.folder, own), { recursive: true, filter: isSource });
    if (this.carriesPackages) await this.compile(service.provider.runtime.replace("python", ""));
    this.name();
  }

  // Name each function's zip: one for all functions except those that are packaged individually. Serverless doesn't make a zip
  // that exists, and the plugin before this one adds nothing to it.
  name() {
    const { serviceDir, service } = this.serverless;
    const zip = (name) => path.join(serviceDir, ".serverless", `${name}.zip`);
    service.package.artifact = zip(service.service);
    this.archives = new Map([[service.package.artifact, []]]);
    for (const name of this.options.function ? [this.options.function] : service.getAllFunctions()) {
      const settings = (service.getFunction(name).package ??= {});
      settings.artifact = settings.individually ? zip(name) : service.package.artifact;
      if (settings.individually) this.archives.set(zip(name), [...OWN, ...(this.carriesPackages ? service.custom.lightPackages : [])]);
    }
    for (const archive of this.archives.keys()) fs.writeFileSync(archive, EMPTY_ZIP);
  }

  // Byte code works only with the Python version that made it. Pyodide is a Python that every computer with npm can run.
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
      this.log.warning(`No Python ${version} found: the package has no byte code, and each cold start takes seconds longer`);
    }
  }

  archive() {
    for (const [archive, only] of this.archives) this.python([path.join(__dirname, "archive.py"), archive, this.folder, ...only]);
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
