// Run by electron-builder once a program is laid out, before it is wrapped: puts the licences where who looks for them finds
// them without starting it (named under `extraResources`, they would leave the archive, where About reads them), says how
// large it is, and refuses one whose tunnel could not start because npm has left out the native module for another processor.
import { copyFileSync, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

/** electron-builder's numbers: https://github.com/electron-userland/electron-builder/blob/master/packages/builder-util/src/arch.ts */
const archNames = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'];

/** @param {{ appOutDir: string, arch: number, electronPlatformName: string, packager: { appInfo: { productFilename: string } } }} context */
export default function afterPack({ appOutDir, arch, electronPlatformName, packager }) {
  const archName = archNames[arch] ?? String(arch);
  const resources =
    electronPlatformName === 'darwin'
      ? path.join(appOutDir, `${packager.appInfo.productFilename}.app/Contents/Resources`)
      : path.join(appOutDir, 'resources');
  const repoDir = path.join(import.meta.dirname, '..');
  copyFileSync(path.join(repoDir, 'LICENSE'), path.join(resources, 'LICENSE.txt'));
  copyFileSync(
    path.join(repoDir, 'dist/renderer/THIRD-PARTY-LICENSES.txt'),
    path.join(resources, 'THIRD-PARTY-LICENSES.txt'),
  );
  const folder = path.join(resources, 'app.asar.unpacked/node_modules/@ngrok');
  const modules = existsSync(folder) ? readdirSync(folder) : [];
  const fits = modules.some(
    (name) =>
      name.startsWith(`ngrok-${electronPlatformName}-`) &&
      (name.includes(`-${archName}`) || name.endsWith('-universal')),
  );
  if (!fits) {
    throw new Error(
      `The native module of the tunnel for ${electronPlatformName} on ${archName} is not among the packed files. ` +
        'The head of the win section in electron-builder.yml says how to get it.',
    );
  }
  const app = statSync(path.join(resources, 'app.asar')).size + sizeOf(path.join(resources, 'app.asar.unpacked'));
  process.stdout.write(`  • size  whole=${megabytes(sizeOf(appOutDir))} of which ours=${megabytes(app)}\n`);
}

/** @param {string} folder @returns {number} bytes */
function sizeOf(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
