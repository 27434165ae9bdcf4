/** Golden frames through driver and simulator, the worked example of eSSP [ssp §7], and what is certain after which event [ssp §11–§15]. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodePoll, decodeSetup } from '../../../../drivers/ssp-family/codec.ts';
import { decodeSsp } from '../../../../drivers/ssp-family/decode.ts';
import { DEFAULT_FIXED_KEY, EsspSession, powerModulo } from '../../../../drivers/ssp-family/encryption.ts';
import { encodeFrame } from '../../../../drivers/ssp-family/frames.ts';
import { crc16Cms } from '../../../../drivers/checks/crc16-cms.ts';
import { HostReader, ciphersOf, crcOf, frameOf, open, power, seal } from '../../../../simulators/cash-acceptor/ssp/wire.ts';
import type { AcceptorBench } from '../../../support/acceptor-bench.ts';
import { TENGE_NOTES_MINOR, acceptorBench } from '../../../support/acceptor-bench.ts';
import { smartPayoutParts, sspParts } from '../../../support/acceptor-parts.ts';

const { vectors } = JSON.parse(readFileSync(new URL('../../../vectors/ssp.json', import.meta.url), 'utf8')) as { readonly vectors: readonly { readonly name: string; readonly to: 'device' | 'host'; readonly hex: string; readonly decoded: object }[] };
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('golden frames', () => {
  it('both CRCs are the published one', () => {
    expect(crc16Cms(Buffer.from('123456789'))).toBe(0xaee7);
    expect(crcOf([...Buffer.from('123456789')])).toBe(0xaee7);
  });

  it.each(vectors)('$name ($to) means what the sheet says, and has the same bytes in both encoders', ({ to, hex: text, decoded }) => {
    const bytes = hex(text);
    const pieces = decodeSsp(bytes, to === 'device' ? 'host' : 'device') as { readonly flag: number; readonly address: number; readonly dataHex: string; readonly decoded: unknown }[];
    expect(pieces).toHaveLength(1);
    const { flag, address, dataHex } = pieces[0]!;
    expect(pieces[0]!.decoded).toEqual(decoded);
    const data = Buffer.from(dataHex, 'hex');
    expect(encodeFrame({ flag, address, data })).toEqual(bytes);
    expect(frameOf((flag << 7) | address, [...data])).toEqual(Uint8Array.from(bytes));
    expect(new HostReader().push(bytes)).toEqual([{ sequence: (flag << 7) | address, data: [...data] }]);
  });

  it('reads a SETUP of version 8 with expanded values', () => {
    const setup = decodeSetup(hex('06 30 34 33 30 45 55 52 00 00 00 03 00 00 00 00 00 00 00 00 64 08 45 55 52 45 55 52 45 55 52 05 00 00 00 0A 00 00 00 14 00 00 00'));
    expect(setup).toMatchObject({ unitType: 6, realValueMultiplier: 100, protocolVersion: 8, channels: [{ currency: 'EUR', value: 5 }, { value: 10 }, { value: 20 }] });
  });

  it('stops at a code whose length it does not know, and keeps what came before', () => {
    expect(decodePoll(hex('EE 03 99 01'))).toEqual([{ event: 'noteCredit', channel: 3 }, { event: 'unknown', code: 0x99, restHex: '01' }]);
  });
});

describe('eSSP, the worked example', () => {
  const key = powerModulo(1_192_569n, 7n, 1_287_821n);

  it('agrees on the key', () => {
    expect(powerModulo(982_451_653n, 7n, 1_287_821n)).toBe(1_131_985n);
    expect(power(982_451_653n, 13n, 1_287_821n)).toBe(1_192_569n);
    expect(key).toBe(883_722n);
  });

  it('seals and opens the published packets', () => {
    const session = new EsspSession({ fixedKey: DEFAULT_FIXED_KEY, negotiatedKey: key, random: { bytes: (byteCount) => new Uint8Array(byteCount) } });
    expect(session.seal(Uint8Array.of(0x07))).toEqual(hex('7E 23 44 0D 3A 9C 8F 9A 5B 28 28 B3 10 02 5C 9A B6'));
    expect(session.open(hex('7E 71 E9 4C 9C 5A A5 78 75 B8 76 05 44 D0 42 07 0D'))).toEqual(Buffer.of(0xf0, 0xe8));
    expect(session.seal(hex('33 E8 03 00 00 45 55 52 58'))).toEqual(hex('7E A1 97 7A F4 01 0E C6 92 34 FF 3F 77 32 49 4A 55'));
    expect(session.open(hex('7E B6 7D B5 53 3E B0 16 5A DE E6 A3 82 24 97 29 BD'))).toEqual(Buffer.of(0xf0));
    // Another count, another length: no answer of this key.
    expect(session.open(hex('7E 71 E9 4C 9C 5A A5 78 75 B8 76 05 44 D0 42 07 0D'))).toBeNull();
    expect(session.open(hex('7E 71'))).toBeNull();
  });

  it('is the same in the simulator', () => {
    const ciphers = ciphersOf(DEFAULT_FIXED_KEY, key);
    expect(Buffer.from(seal(ciphers, 1, [0xf0, 0xe8], (byteCount) => new Uint8Array(byteCount)))).toEqual(hex('7E 71 E9 4C 9C 5A A5 78 75 B8 76 05 44 D0 42 07 0D'));
    expect(open(ciphers, [...hex('7E 23 44 0D 3A 9C 8F 9A 5B 28 28 B3 10 02 5C 9A B6')])).toEqual({ count: 0, data: [0x07] });
  });
});

const NOTE_MINOR = 500_000;

describe.each([false, true])('money, encrypted: %s', (isEncrypted) => {
  async function escrowed(): Promise<{ readonly bench: AcceptorBench; readonly noteId: string }> {
    const bench = acceptorBench(sspParts({ isEncrypted }));
    expect(await bench.until('ready')).toBe(true);
    expect((await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }))).kind).toBe('completed');
    bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
    const event = await bench.untilEvent('noteEscrowed');
    if (event.kind !== 'noteEscrowed') throw new Error('not escrowed');
    return { bench, noteId: event.note.noteId };
  }
  const credits = (bench: AcceptorBench) => bench.events.filter((event) => event.kind === 'noteStacked').length;

  it('a note nobody decides on is held, and never accepted by a poll', async () => {
    const { bench, noteId } = await escrowed();
    await bench.clock.advance(60_000);
    expect(bench.sumIn('escrow')).toBe(NOTE_MINOR);
    expect(await bench.settled(bench.acceptor.return(noteId))).toEqual({ kind: 'completed', value: 'returned' });
    expect(bench.sumIn('box')).toBe(0);
  });

  it.each([['beforeGate', 0], ['afterGate', 1], ['stacked', 1]] as const)('a power cut at %s: %s credits at most, and no wrong one', async (at, creditsMax) => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault: 'powerCut', at });
    const outcome = await bench.settled(bench.acceptor.stack(noteId));
    await bench.clock.advance(30_000);
    expect(credits(bench)).toBeLessThanOrEqual(creditsMax);
    if (credits(bench) === 0 && bench.sumIn('box') > 0) expect(outcome.kind).toBe('uncertain');
    expect(await bench.until('ready')).toBe(true);
  });

  it.each(['lostReply', 'badCheck', 'silence'])('an event whose reply meets %s is credited once', async (fault) => {
    const { bench, noteId } = await escrowed();
    bench.hand({ do: 'fault', fault, at: 'pollReply', times: 3 });
    expect(await bench.settled(bench.acceptor.stack(noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(10_000);
    expect(credits(bench)).toBe(1);
  });
});

it('a credit that comes with each poll until the note is stacked is one credit', async () => {
  const bench = acceptorBench(sspParts({ repeatsCredit: true }));
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  for (let notes = 1; notes <= 3; notes++) {
    const since = bench.events.length;
    expect(await bench.clock.runUntil(() => bench.tryHand({ do: 'insertNote', denominationMinor: NOTE_MINOR }), 10_000)).toBe(true);
    const event = await bench.untilEvent('noteEscrowed', { since });
    if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.acceptor.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
    await bench.clock.advance(3_000);
    expect(bench.events.filter(({ kind }) => kind === 'noteStacked')).toHaveLength(notes);
  }
  expect(bench.acceptor.status().counters['duplicateCount']).toBeGreaterThan(0);
});

it.each([['eSSP', sspParts({ isEncrypted: true })], ['SMART Payout', smartPayoutParts()]])('%s: a fraud attempt is told once, and the unit takes notes again', async (_name, parts) => {
  const bench = acceptorBench(parts);
  expect(await bench.until('ready')).toBe(true);
  await bench.settled(bench.acceptor.enable({ denominationsMinor: TENGE_NOTES_MINOR, currency: 'KZT' }));
  bench.hand({ do: 'fault', fault: 'cheat', at: 'accepting' });
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  const event = await bench.untilEvent('noteEscrowed');
  if (event.kind === 'noteEscrowed') expect(await bench.settled(bench.acceptor.stack(event.note.noteId))).toEqual({ kind: 'completed', value: 'stacked' });
  await bench.clock.advance(5_000);
  expect(bench.events.filter(({ kind }) => kind === 'cheatSuspected')).toHaveLength(1);
  expect(bench.acceptor.status().faults).toEqual([]);
  expect(bench.tryHand({ do: 'insertNote', denominationMinor: NOTE_MINOR })).toBe(true);
});
