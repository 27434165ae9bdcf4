import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * One hash over files and folders (recursively, in sorted order): paths and contents. What does not exist counts as absent.
 * @param {string} root  paths are taken relative to it
 * @param {string[]} sources
 * @returns {string}
 */
export function sourceHash(root, sources) {
  const hash = createHash('sha256');
  for (const source of [...sources].sort()) addToHash(hash, root, join(root, source));
  return hash.digest('hex');
}

/** @param {import('node:crypto').Hash} hash @param {string} root @param {string} path */
function addToHash(hash, root, path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    hash.update(`absent ${relative(root, path)}\n`);
  } else if (stat.isDirectory()) {
    for (const name of readdirSync(path).sort()) if (name !== 'node_modules') addToHash(hash, root, join(path, name));
  } else {
    hash.update(`${relative(root, path)} ${stat.size}\n`);
    hash.update(readFileSync(path));
  }
}
