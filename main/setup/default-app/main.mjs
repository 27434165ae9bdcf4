/**
 * What the assembled Electron runs when it is given a folder: `electron <options> <folder>`, as Electron's own default app does.
 * An ESM file, because 'ready' waits for its top-level await: the application can register its protocol scheme before.
 */
import { app } from 'electron';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const preloads = [];
let folder;
for (const rest = process.argv.slice(1); rest.length > 0; ) {
  const argument = rest.shift();
  if (argument === '-r' || argument === '--require') {
    preloads.push(rest.shift()); // Playwright brings its loader in this way
  } else if (argument === '-v' || argument === '--version') {
    console.log(`v${process.versions.electron}`);
    process.exit(0);
  } else if (!argument.startsWith('-')) {
    folder = resolve(argument);
    break;
  }
}

if (folder === undefined) {
  console.error('electron: name the folder of the application');
  app.exit(2);
} else {
  Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
  const application = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  app.setName(application.productName ?? application.name);
  app.setVersion(application.version);
  app.setAppPath(folder);
  for (const file of preloads) require(file);
  await import(pathToFileURL(join(folder, application.main)).href);
}
