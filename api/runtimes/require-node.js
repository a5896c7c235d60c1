// Plain JavaScript, so that any Node can read it and say what is missing.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Node ${process.versions.node} cannot run this: no Node 24 came with the packages for ${process.platform}-${process.arch}, so install Node 24.\n`,
  );
  process.exitCode = 1;
}
