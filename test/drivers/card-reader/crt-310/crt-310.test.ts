import { describe, expect, it } from 'vitest';
import vectors from '../../../vectors/crt-310.json' with { type: 'json' };
import { decodeBody, decodeResult, decodeStatus, decodeTracks, encodeBody, type Crt310Verb } from '../../../../drivers/card-reader/crt-310/codec.ts';
import { createCrt310Reader } from '../../../../drivers/card-reader/crt-310/device.ts';
import { createFrameReader, encodeFrame } from '../../../../drivers/card-reader/crt-310/frames.ts';
import type { CardReaderEvent } from '../../../../drivers/interfaces/card-reader.ts';
import { randomInteger } from '../../../../main/foundation/random.ts';
import { createCrt310Simulator } from '../../../../simulators/card-reader/crt-310/simulator.ts';
import { buildFrame, HostReader } from '../../../../simulators/card-reader/crt-310/wire.ts';
import { TEST_CARDS } from '../../../../simulators/card-reader/test-cards.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import type { DeviceBenchOptions } from '../../../support/device-bench.ts';
import { createDeviceBench } from '../../../support/device-bench.ts';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

function createBench(options: DeviceBenchOptions & { readonly acceptsAnyCard?: boolean } = {}) {
  const bench = createDeviceBench({ simulator: (environment) => createCrt310Simulator(environment, {}), driver: (common) => createCrt310Reader({ ...common, acceptsAnyCard: options.acceptsAnyCard ?? true }) }, options);
  const told: CardReaderEvent[] = [];
  bench.device.onEvent((event) => void told.push(event));
  return { ...bench, told, untilEvent: (kind: CardReaderEvent['kind']) => bench.until(() => told.some((event) => event.kind === kind), kind) };
}

async function withCardRead(options: DeviceBenchOptions = {}) {
  const bench = createBench(options);
  bench.device.start();
  await bench.untilState('ready');
  await bench.settle(bench.device.enableEntry());
  bench.hand({ do: 'insertCard', card: 'card-0012' });
  await bench.untilEvent('cardRead');
  return bench;
}

describe('CRT-310 frames', () => {
  it.each(vectors.vectors)('$name', ({ to, hex, verb, apdu, answer, status, tracks, result, refused }) => {
    const bytes = bytesOf(hex);
    const events = createFrameReader().push(bytes);
    const [event] = events;
    expect(events).toHaveLength(1);
    if (event?.kind !== 'frame') throw new Error('no frame');
    expect(Buffer.from(buildFrame([...event.body]))).toEqual(bytes);
    if (to === 'device') {
      expect(encodeFrame(encodeBody(verb as Crt310Verb, apdu === undefined ? undefined : bytesOf(apdu)))).toEqual(bytes);
      expect(new HostReader().push(bytes)).toMatchObject([{ kind: 'command', command: event.body[0], parameter: event.body[1] }]);
      return;
    }
    const body = decodeBody(event.body);
    if (refused !== undefined) return expect(body).toEqual({ kind: 'refused', ...refused });
    if (body.kind !== 'answer') throw new Error('no answer');
    if (answer !== undefined) expect({ ...body, data: body.data.toString('latin1') }).toMatchObject({ command: answer.command, parameter: answer.parameter, data: answer.text });
    if (status !== undefined) expect(decodeStatus(body.data)).toEqual(status);
    if (tracks !== undefined) expect(decodeTracks(body.data)?.map(({ kind }) => kind)).toEqual(tracks);
    if (result !== undefined) expect(decodeResult(body.data)).toBe(result);
    return undefined;
  });
});

describe('CRT-310 on its simulator', () => {
  it('shuts the entry that is open after power-on, and opens it on order only', async () => {
    const { device, hand, settle, world, simulator, untilState, told } = createBench({ bytesMax: 7 });
    expect(world()['entry']).toBe('any');
    device.start();
    await untilState('ready');
    expect(world()['entry']).toBe('prohibited');
    expect(simulator.control({ do: 'insertCard', card: 'card-0012' }).ok).toBe(false);
    expect(await settle(device.enableEntry())).toMatchObject({ kind: 'completed' });
    hand({ do: 'insertCard', card: 'card-0012' });
    expect(device.status()).toMatchObject({ model: 'CRT-310', firmware: 'CRT 310 V3.0' });
    expect(told).toEqual([]);
  });

  it('reads a chip card by its chip, a stripe card by its stripe', async () => {
    const { device, told } = await withCardRead();
    const read = told.find((event) => event.kind === 'cardRead');
    expect(read?.kind === 'cardRead' && [read.card.entry, read.card.pan.reveal(), read.card.expiry]).toEqual(['chip', TEST_CARDS[0]!.pan, TEST_CARDS[0]!.expiry]);
    expect(device.position()).toBe('inside');
    const dead = createBench();
    dead.device.start();
    await dead.untilState('ready');
    await dead.settle(dead.device.enableEntry());
    dead.hand({ do: 'fault', fault: 'chipDead' });
    dead.hand({ do: 'insertCard', card: 'card-0012' });
    await dead.untilEvent('cardRead');
    const fallback = dead.told.find((event) => event.kind === 'cardRead');
    expect(fallback?.kind === 'cardRead' && [fallback.card.entry, fallback.card.serviceCode]).toEqual(['magneticStripe', '201']);
  });

  it('reads track 1 when track 2 is damaged, and says so when nothing can be read', async () => {
    const bench = createBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.enableEntry());
    for (const fault of ['trackError', 'chipDead']) bench.hand({ do: 'fault', fault, ...(fault === 'trackError' ? { at: 'track2' } : {}) });
    bench.hand({ do: 'insertCard', card: 'card-0103' });
    await bench.untilEvent('cardRead');
    bench.hand({ do: 'removeCard' });
    await bench.untilEvent('cardTaken');
    await bench.settle(bench.device.enableEntry());
    for (const fault of ['noStripe', 'chipDead']) bench.hand({ do: 'fault', fault });
    bench.hand({ do: 'insertCard', card: 'card-0103' });
    await bench.untilEvent('cardUnreadable');
  });

  it('gives the card back and sees it taken; captures one that is left', async () => {
    const { device, hand, settle, world, untilEvent } = await withCardRead();
    expect(await settle(device.eject())).toEqual({ kind: 'completed', value: undefined });
    expect(device.position()).toBe('atGate');
    hand({ do: 'takeCard' });
    await untilEvent('cardTaken');
    expect(world()).toMatchObject({ card: null, takenCount: 1 });
    const left = await withCardRead();
    await left.settle(left.device.eject());
    expect(await left.settle(left.device.capture())).toEqual({ kind: 'completed', value: undefined });
    expect(left.told.map(({ kind }) => kind)).toEqual(['cardInserted', 'cardRead', 'cardCaptured']);
    expect(left.world()).toMatchObject({ card: null, captured: ['card-0012'] });
  });

  it('sees a card taken that is to be captured in that very moment', async () => {
    const bench = await withCardRead();
    await bench.settle(bench.device.eject());
    bench.hand({ do: 'takeCard' });
    expect(await bench.settle(bench.device.capture())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    await bench.clock.advance(1_000);
    expect(bench.told.map(({ kind }) => kind)).toEqual(['cardInserted', 'cardRead', 'cardTaken']);
  });

  it('lets none in while one is inside: that of the customer before is never read as the next one’s', async () => {
    const bench = await withCardRead();
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    bench.hand({ do: 'plug' });
    await bench.until(() => bench.device.status().state === 'busy', 'the card');
    expect(await bench.settle(bench.device.enableEntry())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    await bench.clock.advance(5_000);
    expect(bench.told.map(({ kind }) => kind)).toEqual(['cardInserted', 'cardRead']);
  });

  it('tells of a card that was taken while the line was away, and of none whose capture nobody heard the end of', async () => {
    for (const [verb, told] of [['eject', ['cardTaken']], ['capture', []]] as const) {
      const bench = await withCardRead();
      const moving = bench.device[verb]();
      if (verb === 'eject') await bench.settle(moving);
      else await bench.clock.advance(50);
      bench.hand({ do: 'unplug' });
      await bench.settle(moving);
      await bench.untilState('offline');
      if (verb === 'eject') bench.hand({ do: 'takeCard' });
      bench.hand({ do: 'plug' });
      await bench.untilState('ready');
      expect(bench.device.position()).toBe('none');
      expect(bench.told.map(({ kind }) => kind).slice(2)).toEqual(told);
    }
  });

  it.each(['eject', 'capture'] as const)('%s with a lost answer: the position says what became of the card', async (verb) => {
    const { device, hand, settle, world } = await withCardRead();
    hand({ do: 'fault', fault: 'replyLost', at: 'moveReply' });
    const outcome = await settle(device[verb]());
    if (verb === 'eject') expect(outcome.kind).toBe('completed');
    else expect(outcome).toMatchObject({ kind: 'uncertain', lastKnown: { stage: 'captureUnanswered' } });
    expect(world()).toMatchObject(verb === 'eject' ? { card: { place: 'mouth' } } : { captured: ['card-0012'] });
  });

  it.each(['eject', 'capture'] as const)('%s with a jam: failed, the card is still inside', async (verb) => {
    const { device, hand, settle, world } = await withCardRead();
    hand({ do: 'fault', fault: 'jam', at: verb });
    expect(await settle(device[verb]())).toMatchObject({ kind: 'failed' });
    expect(world()).toMatchObject({ card: { place: 'stuck' } });
  });

  it('latches a long card, and brings it to the front on a person’s order only', async () => {
    const bench = createBench();
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.enableEntry());
    bench.hand({ do: 'insertCard', card: 'card-0012', size: 'long' });
    await bench.untilState('faulty');
    expect(bench.device.status().faults).toContain('IDC_JAMMED');
    bench.hand({ do: 'removeCard' });
    bench.device.reset();
    await bench.untilState('ready');
  });

  it('wants a stripe at the mouth when told so', async () => {
    const { device, settle, simulator, hand, untilState } = createBench({ acceptsAnyCard: false });
    device.start();
    await untilState('ready');
    await settle(device.enableEntry());
    hand({ do: 'fault', fault: 'noStripe' });
    expect(simulator.control({ do: 'insertCard', card: 'card-0012' }).ok).toBe(false);
  });

  it('says no card number in log, event, world or decoded trace', async () => {
    const { device, settle, said, world } = await withCardRead();
    await settle(device.eject());
    const { decodeCrt310 } = await import('../../../../drivers/card-reader/crt-310/decode.ts');
    for (const text of [...said, JSON.stringify(world())]) expect(text).not.toMatch(/\d{12,}/);
    // Neither as digits nor as the hex of digits.
    for (const { hex } of vectors.vectors.filter(({ tracks }) => tracks !== undefined)) expect(JSON.stringify(decodeCrt310(bytesOf(hex)))).not.toMatch(/1111|3131/);
  });
});

/** Goal: what is told of the card is where it is. Method: whole visits with a fault of the board or a byte fault, by seed; afterwards the truth of the simulator. */
describe('truth of CRT-310', () => {
  const FAULTS = [['jam', 'eject'], ['jam', 'capture'], ['silence', 'command'], ['nak', 'command'], ['ackLost', 'command'], ['replyLost', 'reply'], ['replyLost', 'moveReply'], ['badBcc', 'reply'], ['noise', 'reply'], ['powerCut', 'beforeMove'], ['powerCut', 'afterMove']] as const;

  it.each(Array.from({ length: 24 }, (_, seed) => seed))('seed %i', async (seed) => {
    const random = seededRandom(500 + seed);
    const bench = await withCardRead({ seed, bytesMax: 9 });
    const faulty = FAULTS[randomInteger(random, FAULTS.length)]!;
    bench.hand({ do: 'fault', fault: faulty[0], at: faulty[1], times: 1 + randomInteger(random, 2) });
    const verb = randomInteger(random, 2) === 0 ? ('eject' as const) : ('capture' as const);
    const outcome = await bench.settle(bench.device[verb]());
    const { card, captured } = bench.world() as { card: { place: string } | null; captured: string[] };
    const isAtMouth = card?.place === 'mouth';
    const isCaptured = captured.length === 1;
    if (outcome.kind === 'completed') expect([faulty, verb === 'eject' ? isAtMouth : isCaptured]).toEqual([faulty, true]);
    if (outcome.kind === 'failed') expect([faulty, verb === 'eject' ? isAtMouth : isCaptured]).toEqual([faulty, false]);
    expect(bench.told.filter(({ kind }) => kind === 'cardCaptured')).toHaveLength(outcome.kind === 'completed' && verb === 'capture' ? 1 : 0);
    // Afterwards the position is told as it is.
    bench.hand({ do: 'clearFaults' });
    await bench.clock.advance(60_000);
    bench.device.reset();
    await bench.until(() => ['ready', 'busy'].includes(bench.device.status().state), 'usable');
    await bench.clock.advance(1_000);
    const now = (bench.world() as { card: { place: string } | null }).card;
    expect(bench.device.position()).toBe(now === null ? 'none' : now.place === 'mouth' ? 'atGate' : 'inside');
  });
});
