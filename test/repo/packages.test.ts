import { describe, expect, it } from 'vitest';
import { textOf } from './source-files.ts';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(textOf('package-lock.json')) as { packages: Record<string, LockedPackage> };
const manifest = JSON.parse(textOf('package.json')) as { scripts: Record<string, string>; dependencies: Record<string, string>; devDependencies: Record<string, string> };

describe('packages', () => {
  it('run on Node 24, whatever the system has', () => {
    expect(process.version).toMatch(/^v24\./);
  });

  it('are locked by content, without the address of a registry', () => {
    const entries = Object.entries(lock.packages).filter(([path, entry]) => path !== '' && entry.link !== true);
    expect(entries.length).toBeGreaterThan(100);
    expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
    // What comes inside another package's tarball is covered by that one's hash.
    const unlocked = entries.filter(([, entry]) => entry.integrity === undefined && (entry as { inBundle?: boolean }).inBundle !== true);
    expect(unlocked.map(([path]) => path)).toEqual([]);
  });

  it('can all be installed: each that another asks for is locked too, also the optional ones of other systems', () => {
    // npm leaves out of the lock what a registry does not have, and then `npm ci` refuses the whole.
    const names = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)));
    const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !names.has(name)).map((name) => `${path} → ${name}`));
    expect(missing).toEqual([]);
  });

  it('come in the versions that the lock names', () => {
    const root = lock.packages[''] as unknown as { dependencies: Record<string, string>; devDependencies: Record<string, string> };
    expect(root.dependencies).toEqual(manifest.dependencies);
    expect(root.devDependencies).toEqual(manifest.devDependencies);
  });

  it('are run by scripts whose files exist', () => {
    const missing = Object.entries(manifest.scripts).flatMap(([name, command]) => filesOf(command).filter((file) => !exists(file)).map((file) => `${name}: ${file}`));
    expect(missing).toEqual([]);
  });

  it('are brought by each script itself, which the older Node of a system begins in a fresh clone', () => {
    // A shell that has found `node` once stays with it, so one command brings the packages and hands over to theirs.
    const others = Object.entries(manifest.scripts).filter(([, command]) => !/^node main\/setup\/\w[\w-]*\.mjs\b[^&|;]*$/.test(command));
    expect(others).toEqual([]);
  });
});

const filesOf = (command: string): readonly string[] => command.split(' ').filter((word) => /\.(ts|mjs)$/.test(word));

function exists(file: string): boolean {
  try {
    return textOf(file).length > 0;
  } catch {
    return false;
  }
}
