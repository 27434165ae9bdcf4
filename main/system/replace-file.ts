import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Another content under a name that others read: written aside, synced, renamed, and the name itself synced, so that after a loss of power it is the new one where what came later is there.
 * @param mode  of the file
 * @throws the file system's error: the content is what it was, or the new one and perhaps not yet durable
 */
export function replaceFile(path: string, content: string, mode: number): void {
  const file = openSync(`${path}.new`, 'w', mode);
  try {
    writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
  // A folder cannot be opened on Windows; there the rename is journaled by the file system.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
