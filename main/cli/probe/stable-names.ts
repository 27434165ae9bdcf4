import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** Names that stay when the system counts its ports anew: of the site's rule, of the adapter's serial number, of the socket it is plugged into. The best first. */
export const NAME_FOLDERS: readonly string[] = ['/dev/qolma', '/dev/serial/by-id', '/dev/serial/by-path'];

/** @returns every such name of the port, the best first; none on a system without udev */
export function stableNames(port: string, folders: readonly string[] = NAME_FOLDERS): readonly string[] {
  const target = realPath(port);
  return folders.flatMap((folder) => entriesOf(folder).map((name) => join(folder, name)).filter((path) => path !== port && realPath(path) === target));
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return []; // no such folder: udev made no such names
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // a link to a device that has gone
  }
}
