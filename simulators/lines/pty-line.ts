import { closeSync, lstatSync, mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { ReadStream } from 'node:tty';
import { assert } from '../../main/foundation/assert.ts';
import type { SimulatorLine } from '../simulator.ts';

/** What the native module of node-pty offers and its public face hides. */
interface NativePty {
  /** Raw file descriptors of both ends and the path of the slave. */
  open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
}

export interface PtyLine extends SimulatorLine {
  /** Where a driver opens it, `/run/…/acceptor`; a symbolic link to the pseudo-terminal of the moment. */
  readonly path: string;
  close(): void;
}

interface OpenPty {
  readonly master: ReadStream;
  readonly slaveFd: number;
}

/**
 * A pseudo-terminal as the device's end of a serial line.
 *
 * The native `open` and not the public one: that attaches a reader to the slave, which eats the first frame. The slave stays open here, so that a
 * driver can close and open the port again without EIO. Writes to the master are synchronous: run the simulator in another process or thread than the
 * driver, or keep less than 4 KB unread.
 *
 * @throws when the system has no pseudo-terminal left or the folder of `linkPath` cannot be written
 */
export function openPtyLine(options: { readonly linkPath: string }): PtyLine {
  const native = createRequire(import.meta.url)(`@lydell/node-pty-${process.platform}-${process.arch}/pty.node`) as NativePty;
  let listener: (chunk: Uint8Array) => void = () => {};
  let current: OpenPty | undefined;
  mkdirSync(dirname(options.linkPath), { recursive: true });

  function plug(): void {
    if (current !== undefined) return;
    const opened = native.open(80, 24);
    const master = new ReadStream(opened.master);
    // Raw from the first moment: what a device says before the driver opens must not be echoed back to it.
    master.setRawMode(true);
    master.on('data', (chunk: Buffer) => listener(chunk));
    // EIO and the like at the moment of unplugging: the line is gone, which is what was asked for.
    master.on('error', () => {});
    current = { master, slaveFd: opened.slave };
    pointLink(options.linkPath, opened.pty);
  }

  function unplug(): void {
    if (current === undefined) return;
    const { master, slaveFd } = current;
    current = undefined;
    rmSync(options.linkPath, { force: true });
    closeSync(slaveFd);
    master.destroy();
  }

  plug();
  return {
    path: options.linkPath,
    write(bytes) {
      if (current !== undefined) current.master.write(bytes);
    },
    onData(newListener) {
      listener = newListener;
    },
    plug,
    unplug,
    close: unplug,
  };
}

/** Replaces the link in one step, and nothing but a link: a real file of that name is somebody's mistake in the configuration. */
function pointLink(linkPath: string, targetPath: string): void {
  const existing = lstatSync(linkPath, { throwIfNoEntry: false });
  assert(existing === undefined || existing.isSymbolicLink(), 'the path of a simulated port holds nothing but a link');
  if (existing !== undefined && readlinkSync(linkPath) === targetPath) return;
  const temporaryPath = `${linkPath}.new`;
  rmSync(temporaryPath, { force: true });
  symlinkSync(targetPath, temporaryPath);
  renameSync(temporaryPath, linkPath);
}
