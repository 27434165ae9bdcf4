/** Goal: nothing that moves money begins without the room to write its end. Method: the rule by itself on a disk of numbers; the file of the reserve on a real one. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskOf, DiskReserve, reservePath, type ReserveDisk } from '../../../main/journal/disk-reserve.ts';
import type { JournalError } from '../../../main/journal/journal.ts';
import { makeFolder } from './journal-fixture.ts';

const [MIN, RESERVE] = [1_000, 100];

function look(disk: { readonly free: number; readonly reserved: number; readonly problem?: JournalError }) {
  const made: number[] = [];
  const reserve = new DiskReserve({ writeProblem: () => disk.problem, freeBytes: () => disk.free, reservedBytes: () => disk.reserved, reserve: (lengthBytes) => void made.push(lengthBytes), release: () => {} }, { freeBytesMin: MIN, reserveBytes: RESERVE });
  const looked = reserve.look();
  return [looked.ok ? 'ok' : looked.error.code, made];
}

describe('a look at the disk', () => {
  it.each([
    ['with room and reserve', { free: MIN, reserved: RESERVE }, 'ok', []],
    ['with a reserve of more than is asked for now', { free: MIN, reserved: RESERVE + 1 }, 'ok', []],
    ['with too little room', { free: MIN - 1, reserved: RESERVE }, 'JNL_DISK_FULL', []],
    ['with room for the reserve that is not there', { free: MIN + RESERVE, reserved: 0 }, 'ok', [RESERVE]],
    ['with room for one that is not whole', { free: MIN + RESERVE, reserved: RESERVE - 1 }, 'ok', [RESERVE]],
    ['without room for it beside what must stay free', { free: MIN + RESERVE - 1, reserved: 0 }, 'JNL_DISK_FULL', []],
    ['that may not be written', { free: 1e9, reserved: 0, problem: { code: 'JNL_READ_ONLY', detail: '' } as const }, 'JNL_READ_ONLY', []],
  ] as const)('%s', (_, disk, code, made) => {
    expect(look(disk)).toEqual([code, made]);
  });
});

describe('the reserve', () => {
  const broken = (name: keyof ReserveDisk): ReserveDisk => ({ writeProblem: () => undefined, freeBytes: () => 1e9, reservedBytes: () => 1, reserve: () => {}, release: () => {}, [name]: () => { throw Object.assign(new Error('io'), { code: 'ENOSPC' }); } });

  it('is given up once, and a disk that fails at that, or at a look, gives nothing and says so', () => {
    let reserved = RESERVE;
    const one = new DiskReserve({ ...broken('reserve'), reservedBytes: () => reserved, release: () => void (reserved = 0) }, { freeBytesMin: MIN, reserveBytes: RESERVE });
    expect([one.giveUp(), one.giveUp(), reserved]).toEqual([true, false, 0]);
    expect(new DiskReserve(broken('release'), { freeBytesMin: MIN, reserveBytes: RESERVE }).giveUp()).toBe(false);
    for (const name of ['freeBytes', 'reservedBytes', 'reserve'] as const) expect(new DiskReserve(broken(name), { freeBytesMin: MIN, reserveBytes: RESERVE }).look()).toMatchObject({ ok: false, error: { code: 'JNL_DISK_FULL' } });
  });

  it('is a file of real blocks under its name, as long as was asked for, and gone when it is given up', () => {
    const folder = makeFolder();
    const path = join(folder.path, 'journal.db');
    const disk = diskOf(path);
    expect(disk.reservedBytes()).toBe(0);
    for (const lengthBytes of [70_000, 1_200_000]) {
      disk.reserve(lengthBytes);
      expect([disk.reservedBytes(), statSync(reservePath(path)).blocks * 512 >= lengthBytes, readFileSync(reservePath(path)).every((byte) => byte === 0), statSync(reservePath(path)).mode & 0o777]).toEqual([lengthBytes, true, true, 0o600]);
    }
    disk.release();
    expect([disk.reservedBytes(), readdirSync(folder.path)]).toEqual([0, []]);
    folder.remove();
  });
});
