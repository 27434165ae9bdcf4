import { connect } from 'node:net';
import { StartError } from './start-error.ts';

const CONNECT_TIMEOUT_MS = 1000;

/**
 * Before anything is touched: a core that answers in this run folder keeps its sockets, its token and its devices. One that runs from another folder on the
 * same journal is met by the journal's own lock (`takeCoreLock`), which is held for the life of a process.
 * @throws StartError JNL_HELD
 */
export async function refuseSecondCore(socketPath: string): Promise<void> {
  if (await answers(socketPath)) throw new StartError('JNL_HELD', 'another core runs in this run folder');
}

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
