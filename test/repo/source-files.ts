import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PROJECT_FOLDER = join(import.meta.dirname, '..', '..');

/** All files of the checkout that git knows or would take, with `/`, in sorted order. */
export function projectFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: PROJECT_FOLDER, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return [...new Set(list.split('\0'))].filter((file) => file !== '' && existsSync(join(PROJECT_FOLDER, file))).sort();
}

export function codeFiles(): string[] {
  return projectFiles().filter((file) => /\.(ts|tsx|mts|mjs|js)$/.test(file));
}

export function textOf(file: string): string {
  return readFileSync(join(PROJECT_FOLDER, file), 'utf8');
}
