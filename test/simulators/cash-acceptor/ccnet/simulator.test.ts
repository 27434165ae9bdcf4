import { beforeEach, describe, expect, it } from 'vitest';
import { createCcnetSimulator } from '../../../../simulators/cash-acceptor/ccnet/simulator.ts';
import { crcOf } from '../../../../simulators/ccnet-family/wire.ts';
import { createMemoryLine } from '../../../../simulators/lines/memory-line.ts';
import type { DeviceSimulator } from '../../../../simulators/simulator.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import type { VirtualClock } from '../../../../simulators/world/virtual-clock.ts';
import { createVirtualClock } from '../../../../simulators/world/virtual-clock.ts';

const POLL = '02 03 06 33 DA 81';
const ACK = '02 03 06 00 C2 82';
const RESET = '02 03 06 30 41 B3';
const ILLEGAL = '02 03 06 30 41 B3';
const STACK = '02 03 06 35 EC E4';
const RETURN = '02 03 06 36 77 D6';
const HOLD = '02 03 06 38 09 3F';
const ENABLE_2_TO_7 = '02 03 0C 34 00 00 FC 00 00 FC EB D1';

/** Goal: the simulator says what the sheet prints, byte by byte. Method: the host's frames of the sheet by hand, no driver. */
describe('simulated validator on the wire', () => {
  let clock: VirtualClock;
  let simulator: DeviceSimulator;
  let say: (hex: string, waitMs?: number) => Promise<string>;

  beforeEach(async () => {
    clock = createVirtualClock({ startUtcMs: 0 });
    const { transport, line } = createMemoryLine({ name: 'memory', clock });
    simulator = createCcnetSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, {});
    simulator.start();
    await transport.open();
    let heard: number[] = [];
    transport.onData((chunk) => void heard.push(...chunk));
    say = async (hex, waitMs = 10) => {
      heard = [];
      transport.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
      await clock.advance(waitMs);
      return Buffer.from(heard).toString('hex').toUpperCase().replace(/..(?!$)/g, '$& ');
    };
  });

  async function enabled(): Promise<void> {
    await say(RESET);
    await clock.advance(5_000);
    await say(ENABLE_2_TO_7);
  }

  async function escrowed(): Promise<void> {
    await enabled();
    expect(simulator.control({ do: 'insertNote', denominationMinor: 100_000 })).toEqual({ ok: true, value: 'KZ00000001' });
    await clock.advance(1_500);
  }

  it('powers up as in §10', async () => {
    expect(await say(POLL)).toBe('02 03 06 10 43 92');
    expect(await say(ACK)).toBe('');
    expect(await say(ENABLE_2_TO_7)).toBe(ILLEGAL);
    expect(await say(RESET)).toBe(ACK);
    expect(await say(POLL)).toBe('02 03 06 13 D8 A0');
    await clock.advance(5_000);
    expect(await say(POLL)).toBe('02 03 06 19 82 0F');
    expect(await say('02 03 06 31 C8 A2')).toBe('02 03 0B 00 00 00 00 00 00 A8 67');
    const table = Buffer.from((await say('02 03 06 41 4F D1')).replaceAll(' ', ''), 'hex');
    expect([table.length, crcOf(table)]).toEqual([125, 0]);
    expect(await say(ENABLE_2_TO_7)).toBe(ACK);
    expect(await say(POLL)).toBe('02 03 06 14 67 D4');
  });

  it('accepts, stacks and repeats 81 until it is acknowledged, as in §11', async () => {
    await enabled();
    simulator.control({ do: 'insertNote', denominationMinor: 100_000 });
    expect(await say(POLL)).toBe('02 03 06 15 EE C5');
    await clock.advance(1_500);
    expect(await say(POLL)).toBe('02 03 07 80 04 A8 75');
    expect(await say(STACK)).toBe(ACK);
    expect(await say(POLL)).toBe('02 03 06 17 FC E6');
    await clock.advance(1_000);
    for (let time = 0; time < 3; time++) expect(await say(POLL)).toBe('02 03 07 81 04 70 6C');
    await say(ACK);
    expect(await say(POLL)).toBe('02 03 06 14 67 D4');
    expect(simulator.world()).toMatchObject({ places: { box: { noteCount: 1, sumMinor: 100_000, serials: ['KZ00000001'] }, customer: { noteCount: 0 } } });
  });

  it('returns as in §12, holds for ten seconds more each time, and gives back when the time is over', async () => {
    await escrowed();
    await clock.advance(8_000);
    expect(await say(HOLD)).toBe(ACK);
    expect(await say(POLL)).toBe('02 03 06 1A 19 3D');
    await clock.advance(8_000);
    expect(await say(POLL)).toBe('02 03 06 1A 19 3D');
    expect(await say(RETURN)).toBe(ACK);
    expect(await say(POLL)).toBe('02 03 06 18 0B 1E');
    await clock.advance(2_000);
    expect(await say(POLL)).toBe('02 03 07 82 04 18 46');
  });

  it('refuses STACK, RETURN and HOLD without a note in escrow, and what it does not know', async () => {
    await enabled();
    for (const command of [STACK, RETURN, HOLD, '02 03 06 60 C4 E6']) {
      const bytes = Buffer.from(command.replaceAll(' ', ''), 'hex');
      bytes.writeUInt16LE(crcOf(bytes.subarray(0, -2)), bytes.length - 2);
      expect(await say(bytes.toString('hex'))).toBe(ILLEGAL);
    }
  });

  it('is silent to another address, to a bad CRC and to a frame that breaks off, and hears the next one', async () => {
    expect(await say('02 01 06 33 62 34')).toBe('');
    expect(await say('02 03 06 33 DA 80')).toBe('');
    expect(await say('02 03 06')).toBe('');
    expect(await say(POLL)).toBe('02 03 06 10 43 92');
  });

  it('rejects what it does not know, what is false and what is not enabled, each with its reason', async () => {
    await enabled();
    for (const [note, reply] of [
      [{ denominationMinor: 100_000, kind: 'foreign' }, '02 03 07 1C 65 DA B7'],
      [{ denominationMinor: 2_000_000 }, '02 03 07 1C 68 3F 6C'],
    ] as const) {
      expect(simulator.control({ do: 'insertNote', ...note }).ok).toBe(true);
      await clock.advance(1_300);
      expect(await say(POLL)).toBe(reply);
      await clock.advance(2_000);
    }
    expect(simulator.world()).toMatchObject({ places: { customer: { noteCount: 2 } } });
  });

  it.each([
    ['before the gate', 100, '02 03 06 11 CA 83'],
    ['behind the gate', 500, '02 03 06 12 51 B1'],
    ['in the box', 1_000, '02 03 06 10 43 92'],
  ])('tells where the note is when power comes back: %s', async (_where, waitMs, reply) => {
    await escrowed();
    await say(STACK);
    await clock.advance(waitMs);
    simulator.control({ do: 'powerOff' });
    expect(await say(POLL)).toBe('');
    simulator.control({ do: 'powerOn' });
    expect(await say(POLL)).toBe(reply);
  });

  it('says what is wrong with a command of the hand', () => {
    expect(simulator.control({ do: 'dance' })).toMatchObject({ ok: false, error: { code: 'unknownCommand' } });
    expect(simulator.control({ do: 'insertNote', denominationMinor: -5 })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(simulator.control({ do: 'insertNote', denominationMinor: 100_000 })).toMatchObject({ ok: false, error: { code: 'notNow' } });
    expect(simulator.control({ do: 'fault', fault: 'noSuch' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(simulator.control({ do: 'fault', fault: 'badCrc', at: 'escrow' })).toMatchObject({ ok: false, error: { code: 'invalid' } });
    expect(simulator.control(null)).toMatchObject({ ok: false });
  });

  it('takes every fault of its board at every moment it offers', () => {
    for (const { fault, at } of simulator.faultBoard()) {
      for (const moment of at) expect(simulator.control({ do: 'fault', fault, at: moment }), `${fault} ${moment}`).toEqual({ ok: true, value: null });
    }
  });
});
