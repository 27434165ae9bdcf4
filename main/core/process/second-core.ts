import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { RUN_FILES } from '../../contracts/run-folder.ts';
import { takeCoreLock, type CoreLock } from '../../journal/file-guards.ts';
import { StartError } from './start-error.ts';

const CONNECT_TIMEOUT_MS = 1000;

/**
 * Before anything is touched: one core has a run folder with its sockets, its token and its devices, as long as its process lives. Two that are started at the same moment find no socket of
 * the other; without a lock each takes the other's away, and the one that then gets the journal has no screens. One that runs from another folder on the same journal is met by the
 * journal's own lock.
 * @throws StartError JNL_HELD · CFG_FOLDER_UNUSABLE
 */
export async function claimRunFolder(runFolder: string): Promise<CoreLock> {
  if (await answers(join(runFolder, RUN_FILES.coreSocket))) throw held();
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  const lock = takeCoreLock(join(runFolder, RUN_FILES.coreClaim));
  if (lock.ok) return lock.value;
  throw lock.error.code === 'JNL_HELD' ? held() : new StartError('CFG_FOLDER_UNUSABLE', lock.error.detail);
}

const held = () => new StartError('JNL_HELD', 'another core runs in this run folder');

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path, timeout: CONNECT_TIMEOUT_MS });
    const settle = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => settle(true));
    // One that hangs holds its socket, too.
    socket.once('timeout', () => settle(true));
    socket.once('error', () => settle(false));
  });
}
