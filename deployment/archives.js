"use strict";
// A Serverless plugin that names the functions' zips by their content: ARCHIVES/SHA-256.zip in the deployment bucket.
//
// Serverless puts them into a folder named by the time of the deployment. So every deployment would update every function,
// even an unchanged one.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { CopyObjectCommand, S3Client } = require("@aws-sdk/client-s3"); // Serverless' own

// Beside the folders of the deployments. Serverless cleans up only those, and empties the bucket when the stack is removed.
const ARCHIVES = "archives";

class Archives {
  constructor(serverless) {
    this.serverless = serverless;
    this.provider = serverless.getProvider("aws");
    this.moved = new Map(); // key by content, of each key by time
    this.hooks = {
      "before:aws:deploy:deploy:uploadArtifacts": () => this.refer(),
      "after:aws:deploy:deploy:uploadArtifacts": () => this.copy(),
    };
  }

  // Before the template is uploaded, make it name the archives.
  async refer() {
    const { provider, service, package: packaged } = this.serverless.service;
    if (provider.shouldNotDeploy) return;
    const folder = [this.provider.getDeploymentPrefix(), service, this.provider.getStage(), ARCHIVES].join("/");
    const deploy = this.serverless.pluginManager.getPlugins().find((plugin) => plugin.constructor.name === "AwsDeploy");
    for (const file of [...(await deploy.getFunctionArtifactFilePaths()), ...deploy.getLayerArtifactFilePaths()]) {
      const content = createHash("sha256").update(readFileSync(file)).digest("hex");
      this.moved.set(`${packaged.artifactDirectoryName}/${path.basename(file)}`, `${folder}/${content}.zip`);
    }
    const template = provider.compiledCloudFormationTemplate;
    provider.compiledCloudFormationTemplate = JSON.parse(JSON.stringify(template), (_, value) => this.moved.get(value) ?? value);
  }

  async copy() {
    if (this.moved.size === 0) return;
    const bucket = await this.provider.getServerlessDeploymentBucketName();
    const s3 = new S3Client(await this.provider.getAwsSdkV3Config());
    const copied = [...this.moved].map(([byTime, Key]) =>
      s3.send(new CopyObjectCommand({ Bucket: bucket, CopySource: `${bucket}/${encodeURIComponent(byTime)}`, Key })),
    );
    await Promise.all(copied);
  }
}

module.exports = Archives;
