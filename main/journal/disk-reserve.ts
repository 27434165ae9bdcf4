import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../foundation/outcome.ts';
import type { JournalError } from './journal.ts';
import { fileSystemError, writeProblem } from './sqlite-errors.ts';

export interface DiskRoom {
  /** No new money under this much free space: what is running can still be written to its end. */
  readonly freeBytesMin: number;
  /** Length of the reserve file, which is given up when the disk is full all the same. */
  readonly reserveBytes: number;
}

export const DISK_ROOM: DiskRoom = { freeBytesMin: 64 * 1024 * 1024, reserveBytes: 16 * 1024 * 1024 };

const CHUNK_BYTES = 1024 * 1024;

export function reservePath(journalPath: string): string {
  return join(dirname(journalPath), 'journal.reserve');
}

/** What the reserve asks of the disk that the journal lies on. Each throws the file system's error. */
export interface ReserveDisk {
  /** Rights. */
  writeProblem(): JournalError | undefined;
  freeBytes(): number;
  /** Length of the reserve file, 0 where there is none. */
  reservedBytes(): number;
  /** Real blocks, under its name only when whole. */
  reserve(lengthBytes: number): void;
  release(): void;
}

/**
 * Room on the disk of the journal. Two steps, so that the last write is never the one that fails: under `freeBytesMin` nothing that moves money begins; and a
 * file of zeros beside the journal holds blocks that are given back when a commit finds the disk full, because what has moved must be written. [failures 22]
 */
export class DiskReserve {
  readonly #disk: ReserveDisk;
  readonly #room: DiskRoom;

  constructor(disk: ReserveDisk, room: DiskRoom) {
    this.#disk = disk;
    this.#room = room;
  }

  /**
   * Rights, free space, and the reserve itself, which is made or made whole again as soon as there is room for it and the space that must stay free.
   * @error JNL_READ_ONLY · JNL_DISK_FULL · JNL_UNWRITABLE
   */
  look(): Result<void, JournalError> {
    const { freeBytesMin, reserveBytes } = this.#room;
    try {
      const problem = this.#disk.writeProblem();
      if (problem !== undefined) return err(problem);
      const freeBytes = this.#disk.freeBytes();
      if (freeBytes < freeBytesMin) return err({ code: 'JNL_DISK_FULL', detail: `${freeBytes} bytes are free on the disk of the journal, ${freeBytesMin} must be` });
      if (this.#disk.reservedBytes() >= reserveBytes) return ok(undefined);
      if (freeBytes < freeBytesMin + reserveBytes) return err({ code: 'JNL_DISK_FULL', detail: `the reserve of ${reserveBytes} bytes was given up and does not fit again: ${freeBytes} bytes are free` });
      this.#disk.reserve(reserveBytes);
      return ok(undefined);
    } catch (thrown) {
      return err(fileSystemError(thrown));
    }
  }

  /** The disk is full in the middle of what must be written. @returns false: there was nothing to give up */
  giveUp(): boolean {
    try {
      if (this.#disk.reservedBytes() === 0) return false;
      this.#disk.release();
      return true;
    } catch {
      return false;
    }
  }
}

/** The disk under the journal's folder. */
export function diskOf(journalPath: string): ReserveDisk {
  const path = reservePath(journalPath);
  return {
    writeProblem: () => writeProblem(journalPath),
    freeBytes: () => {
      const disk = statfsSync(dirname(path));
      return disk.bavail * disk.bsize;
    },
    reservedBytes: () => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
    reserve: (lengthBytes) => makeReserve(path, lengthBytes),
    release: () => rmSync(path),
  };
}

/** Written out and not merely lengthened: a file with holes holds no blocks. */
function makeReserve(path: string, lengthBytes: number): void {
  const zeros = Buffer.alloc(Math.min(CHUNK_BYTES, lengthBytes));
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    for (let written = 0; written < lengthBytes; ) written += writeSync(file, zeros, 0, Math.min(zeros.length, lengthBytes - written));
    fsyncSync(file);
  } catch (thrown) {
    rmSync(`${path}.new`, { force: true });
    throw thrown;
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
