// Plain JavaScript, so that any Node can read it. Runs before every script and makes sure that the next command finds a Node
// that reads TypeScript: the one that came with the packages, which npm 10 installs but forgets to link.
import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const isWindows = process.platform === 'win32';
const system = isWindows ? 'win' : process.platform;
const packaged = join(modules, `node-${system}-${process.arch}`, 'bin', isWindows ? 'node.exe' : 'node');
const link = join(modules, '.bin', isWindows ? 'node.cmd' : 'node');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (existsSync(packaged)) {
  if (!existsSync(link)) {
    if (isWindows) writeFileSync(link, `@"${packaged}" %*\r\n`);
    else symlinkSync(relative(dirname(link), packaged), link);
  }
} else if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `Node ${process.versions.node} cannot run this: no Node 24 came with the packages for ${process.platform}-${process.arch}, so install Node 24.\n`,
  );
  process.exitCode = 1;
}
