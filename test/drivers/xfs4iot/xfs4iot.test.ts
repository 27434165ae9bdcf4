import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { BarcodeReader } from '../../../drivers/interfaces/barcode-reader.ts';
import type { CardReaderEvent } from '../../../drivers/interfaces/card-reader.ts';
import { createXfsBarcodeReader } from '../../../drivers/barcode-reader/xfs4iot-barcode-reader/device.ts';
import { createXfsCardReader } from '../../../drivers/card-reader/xfs4iot-card-reader/device.ts';
import { createXfsRecycler } from '../../../drivers/cash-recycler/xfs4iot-cash-recycler/device.ts';
import { createXfsDispenser } from '../../../drivers/cash-dispenser/xfs4iot-cash-dispenser/device.ts';
import { createWebSocketTransport } from '../../../drivers/transport/web-socket.ts';
import { decodeXfs } from '../../../drivers/xfs4iot/decode.ts';
import { dispenseToken } from '../../../drivers/xfs4iot/dispense-token.ts';
import { readMessage } from '../../../drivers/xfs4iot/messages.ts';
import { Versions } from '../../../drivers/xfs4iot/versions.ts';
import { silentLog } from '../../../main/foundation/log.ts';
import { randomInteger } from '../../../main/foundation/random.ts';
import { systemClock } from '../../../main/system/system-clock.ts';
import { createXfsBarcodeSimulator } from '../../../simulators/barcode-reader/xfs4iot-barcode-reader/simulator.ts';
import { createXfsCardSimulator } from '../../../simulators/card-reader/xfs4iot-card-reader/simulator.ts';
import { TEST_CARDS } from '../../../simulators/card-reader/test-cards.ts';
import { createXfsAcceptorSimulator } from '../../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsDispenserSimulator } from '../../../simulators/cash-dispenser/xfs4iot-cash-dispenser/simulator.ts';
import type { XfsServiceLine } from '../../../simulators/lines/xfs-service-line.ts';
import { openXfsServiceLine } from '../../../simulators/lines/xfs-service-line.ts';
import { seededRandom } from '../../../simulators/world/seeded-random.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';
import golden from '../../vectors/xfs4iot.json' with { type: 'json' };

const CASSETTES = [{ cassetteNumber: 1, denominationMinor: 500_000, noteCount: 100 }, { cassetteNumber: 2, denominationMinor: 200_000, noteCount: 100 }];
const LOADED = 200;
const KEY = Buffer.from(golden.token.keyHex, 'hex');

interface DispenserWorld {
  readonly cassettes: readonly { readonly noteCount: number }[];
  readonly pool: readonly unknown[];
  readonly exit: readonly unknown[];
  readonly path: readonly unknown[];
  readonly rejectTray: { readonly noteCount: number };
  readonly takenCount: number;
  readonly removedCount: number;
}

function dispenserBench(options: { readonly seed?: number; readonly tokenKey?: Uint8Array; readonly deviceKey?: Uint8Array; readonly countsRetracted?: boolean } = {}) {
  const bench = createXfsBench(
    (common) => createXfsDispenser({ ...common, cassetteCount: 2, bunchNotesMax: 40, hasStacker: true, tokenKey: options.tokenKey ?? null }),
    (environment) => createXfsDispenserSimulator(environment, { cassettes: CASSETTES, ...(options.deviceKey === undefined ? {} : { tokenKey: options.deviceKey }), ...(options.countsRetracted === undefined ? {} : { countsRetracted: options.countsRetracted }) }),
    options.seed,
  );
  return { ...bench, world: () => bench.simulator.world() as unknown as DispenserWorld };
}

describe('messages', () => {
  it.each(golden.messages)('are read: $name', ({ text, read }) => {
    expect(readMessage(Buffer.from(text))).toMatchObject({ ok: true, value: read });
  });

  it('are read without a throw, whatever they are', () => {
    fc.assert(fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map((text) => Buffer.from(text))), (bytes) => {
      readMessage(bytes);
      expect(decodeXfs(bytes)).toHaveLength(1);
    }));
  });

  it('have the published token', () => {
    expect(dispenseToken(golden.token.nonce, golden.token.amount, KEY)).toBe(golden.token.token);
  });

  it('take the version of the major that we speak, in the words of the service', () => {
    const versions = new Versions({ interfaces: [{ name: 'CashDispenser', commands: { 'CashDispenser.Dispense': { versions: ['1.3', '2.1', '3.0'] }, 'CashDispenser.Present': { versions: ['2.2'] }, 'CashDispenser.Reject': { versions: ['1.0'] } } }] });
    expect(['CashDispenser.Dispense', 'CashDispenser.Present', 'CashDispenser.Reject', 'CashDispenser.Count'].map((name) => versions.of(name))).toEqual(['3.0', '2.2', null, null]);
    expect(versions.toSet()).toEqual({ 'CashDispenser.Dispense': 3 });
  });

  it('are decoded without card numbers, PIN blocks and tokens', () => {
    const message = { header: { type: 'completion', name: 'CardReader.ReadRawData', requestId: 1, version: '3.0' }, payload: { track2: { data: 'OTk5OQ==' }, pinBlock: 'ASNFZ4mrze8=', token: 'NONCE=1', items: 3 } };
    const told = JSON.stringify(decodeXfs(Buffer.from(JSON.stringify(message))));
    expect(told).not.toMatch(/OTk5|ASNF|NONCE/);
    expect(told).toContain('"items":3');
  });
});

describe('a service that has not all that a device needs', () => {
  it('is not taken for it', async () => {
    const bench = createXfsBench((common) => createXfsRecycler({ ...common, currency: 'KZT', tokenKey: null }), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [500_000] }));
    bench.device.start();
    await bench.clock.advance(60_000);
    expect(bench.device.status()).toMatchObject({ state: 'offline', faults: expect.arrayContaining(['LNK_PORT_UNAVAILABLE']) });
    expect(bench.said.join()).toContain('does not offer CashDispenser');
  });
});

describe('cash dispenser', () => {
  it('gathers from two cassettes, presents and sees the notes taken', async () => {
    const bench = dispenserBench();
    bench.device.start();
    await bench.untilState('ready');
    expect(bench.device.status()).toMatchObject({ model: 'Sim xfs4iot-cash-dispenser', serialNumber: 'SIM0001', firmware: 'sim 1.0' });
    const { presenter } = bench.device;
    let takenCount = 0;
    presenter!.onItemsTaken(() => takenCount++);
    expect(await bench.settle(presenter!.stack([{ cassetteNumber: 1, noteCount: 3 }, { cassetteNumber: 2, noteCount: 2 }]))).toMatchObject({ kind: 'completed', value: [{ stackedCount: 3, presentedCount: 0, stoppedBy: null }, { stackedCount: 2 }] });
    expect((await bench.settle(presenter!.present())).kind).toBe('completed');
    expect(bench.world()).toMatchObject({ exit: { length: 5 }, pool: [] });
    bench.hand({ do: 'takeNotes' });
    await bench.clock.advance(100);
    expect(takenCount).toBe(1);
    expect(await bench.settle(bench.device.readSensors())).toMatchObject({ kind: 'completed', value: { isExitBlocked: false, isTransportBlocked: false, isRejectTrayPresent: true, cassettes: [{ isPresent: true, isNearEnd: false }, { isPresent: true }] } });
  });

  it('draws in what nobody took, counted or not, and says none when all was taken', async () => {
    for (const countsRetracted of [true, false]) {
      const bench = dispenserBench({ countsRetracted });
      bench.device.start();
      await bench.untilState('ready');
      await bench.settle(bench.device.presenter!.stack([{ cassetteNumber: 1, noteCount: 4 }]));
      await bench.settle(bench.device.presenter!.present());
      expect(await bench.settle(bench.device.presenter!.retract())).toEqual({ kind: 'completed', value: { noteCount: countsRetracted ? 4 : null } });
      await bench.settle(bench.device.presenter!.stack([{ cassetteNumber: 1, noteCount: 1 }]));
      await bench.settle(bench.device.presenter!.present());
      const retracting = bench.device.presenter!.retract();
      bench.hand({ do: 'takeNotes' });
      expect(await bench.settle(retracting)).toEqual({ kind: 'completed', value: { noteCount: 0 } });
    }
  });

  it('makes a token where the service asks for one, and moves nothing without', async () => {
    for (const [tokenKey, kind] of [[KEY, 'completed'], [Buffer.alloc(32), 'failed'], [undefined, 'failed']] as const) {
      const bench = dispenserBench({ deviceKey: KEY, ...(tokenKey === undefined ? {} : { tokenKey }) });
      bench.device.start();
      await bench.untilState('ready');
      expect((await bench.settle(bench.device.dispense({ cassetteNumber: 1, noteCount: 2 }))).kind).toBe(kind);
      expect(bench.world().pool.length).toBe(kind === 'completed' ? 2 : 0);
    }
  });

  it('counts rejects, tells an empty cassette, and leaves a jam uncertain', async () => {
    const bench = dispenserBench();
    bench.device.start();
    await bench.untilState('ready');
    const clear = () => bench.settle(bench.device.presenter!.retract());
    bench.hand({ do: 'fault', fault: 'noteRejected' });
    expect(await bench.settle(bench.device.dispense({ cassetteNumber: 1, noteCount: 2 }))).toMatchObject({ kind: 'completed', value: { stackedCount: 2, rejectedCount: 1, pickedCount: 3 } });
    for (let turn = 0; turn < 3; turn++) {
      await clear();
      await bench.settle(bench.device.dispense({ cassetteNumber: 1, noteCount: 30 }));
    }
    await clear();
    expect(await bench.settle(bench.device.dispense({ cassetteNumber: 1, noteCount: 30 }))).toMatchObject({ kind: 'completed', value: { stackedCount: 7, stoppedBy: 'CDM_CASSETTE_EMPTY' } });
    await clear();
    bench.hand({ do: 'fault', fault: 'jam', index: 1 });
    expect(await bench.settle(bench.device.dispense({ cassetteNumber: 2, noteCount: 3 }))).toMatchObject({ kind: 'uncertain', lastKnown: { noteCountMin: 0, noteCountMax: 3 } });
    expect(bench.device.status().faults).toContain('CDM_DISPENSE_UNCERTAIN');
  });

  it('agrees with the physics over 25 seeds of 8 dispenses with faults', async () => {
    const kinds: Record<string, number> = {};
    const faults = { silence: ['command'], completionLost: ['completion'], connectionLost: ['completion'], garbage: ['completion'], hardwareError: ['command'], noteRejected: ['pick'], jam: ['pick'], powerCut: ['pick', 'afterStack'] } as const;
    for (let seed = 1; seed <= 25; seed++) {
      const random = seededRandom(seed);
      const pick = <T>(values: readonly T[]): T => values[randomInteger(random, values.length)]!;
      const bench = dispenserBench({ seed });
      bench.device.start();
      await bench.untilState('ready');
      for (let turn = 0; turn < 8; turn++) {
        if (randomInteger(random, 4) > 0) {
          const fault = pick(Object.keys(faults) as (keyof typeof faults)[]);
          bench.hand({ do: 'fault', fault, at: pick(faults[fault]), ...(fault === 'jam' || fault === 'noteRejected' ? { index: randomInteger(random, 3) } : {}) });
        }
        const before = bench.world().pool.length;
        const outcome = await bench.settle(bench.device.dispense({ cassetteNumber: pick([1, 2]), noteCount: 1 + randomInteger(random, 4) }));
        await bench.clock.advance(10_000);
        const now = bench.world();
        const context = `seed ${seed} turn ${turn}: ${JSON.stringify(outcome)}`;
        kinds[outcome.kind] = (kinds[outcome.kind] ?? 0) + 1;
        const stacked = now.pool.length - before;
        if (outcome.kind === 'failed') expect(stacked, context).toBe(0);
        if (outcome.kind === 'completed') expect(stacked, context).toBe(outcome.value.stackedCount);
        if (outcome.kind === 'uncertain') {
          const { noteCountMin = 0, noteCountMax = 0 } = outcome.lastKnown;
          expect(noteCountMin <= noteCountMax && stacked <= noteCountMax, context).toBe(true);
        }
        expect(now.cassettes.reduce((sum, cassette) => sum + cassette.noteCount, 0) + now.pool.length + now.exit.length + now.path.length + now.rejectTray.noteCount + now.takenCount + now.removedCount, context).toBe(LOADED);
        for (const command of ['clearFaults', 'powerOn', 'plug', 'clearPath']) bench.hand({ do: command });
        bench.device.reset();
        await bench.clock.advance(30_000);
        expect(bench.device.status().state, context).toBe('ready');
        if (bench.world().pool.length > 0) {
          await bench.settle(bench.device.presenter!.retract());
          expect(bench.world().pool.length, context).toBe(0);
        }
      }
      await bench.settle(bench.device.stop());
    }
    expect(Object.keys(kinds).sort()).toEqual(['completed', 'failed', 'uncertain']);
  });
});

describe('card reader and scanner', () => {
  it('reads a card, offers it, sees it taken; captures the next', async () => {
    const events: CardReaderEvent[] = [];
    const bench = createXfsBench((common) => createXfsCardReader(common), (environment) => createXfsCardSimulator(environment, {}));
    bench.device.onEvent((event) => events.push(event));
    bench.device.start();
    await bench.untilState('ready');
    const { cardId, pan, expiry, serviceCode } = TEST_CARDS[0]!;
    for (const end of ['take', 'capture'] as const) {
      await bench.settle(bench.device.enableEntry());
      bench.hand({ do: 'insertCard', card: cardId });
      await bench.until(() => events.at(-1)?.kind === 'cardRead', 'the card');
      const read = events.at(-1) as Extract<CardReaderEvent, { kind: 'cardRead' }>;
      expect({ pan: read.card.pan.reveal(), expiry: read.card.expiry, serviceCode: read.card.serviceCode }).toEqual({ pan, expiry, serviceCode });
      expect((await bench.settle(bench.device.eject())).kind).toBe('completed');
      expect(bench.device.position()).toBe('atGate');
      if (end === 'take') bench.hand({ do: 'takeCard' });
      else expect((await bench.settle(bench.device.capture())).kind).toBe('completed');
      await bench.clock.advance(500);
      expect(bench.device.position()).toBe('none');
    }
    expect(events.map((event) => event.kind)).toEqual(['cardInserted', 'cardRead', 'cardTaken', 'cardInserted', 'cardRead', 'cardCaptured']);
    expect([...bench.said, JSON.stringify(bench.simulator.world()), JSON.stringify(bench.device.status())].join('\n')).not.toContain(pan);
    await bench.settle(bench.device.enableEntry());
    await bench.settle(bench.device.disableEntry());
    expect(bench.simulator.control({ do: 'insertCard', card: cardId }).ok).toBe(false);
  });

  it('sees a card taken while the service was away', async () => {
    const events: CardReaderEvent[] = [];
    const bench = createXfsBench((common) => createXfsCardReader(common), (environment) => createXfsCardSimulator(environment, {}));
    bench.device.onEvent((event) => events.push(event));
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.enableEntry());
    bench.hand({ do: 'insertCard', card: TEST_CARDS[0]!.cardId });
    await bench.until(() => events.at(-1)?.kind === 'cardRead', 'the card');
    // Never the next customer's.
    const entry = await bench.settle(bench.device.enableEntry());
    await bench.clock.advance(5_000);
    expect(events.map(({ kind }) => kind)).toEqual(['cardInserted', 'cardRead']);
    expect(entry).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    await bench.settle(bench.device.eject());
    bench.hand({ do: 'unplug' });
    await bench.untilState('offline');
    bench.hand({ do: 'takeCard' });
    bench.hand({ do: 'plug' });
    await bench.untilState('ready');
    expect(events.map(({ kind }) => kind)).toEqual(['cardInserted', 'cardRead', 'cardTaken']);
  });

  it('scans while armed, and only then', async () => {
    const codes: string[] = [];
    const bench = createXfsBench<BarcodeReader>((common) => createXfsBarcodeReader(common), (environment) => createXfsBarcodeSimulator(environment, {}));
    bench.device.onCode((code) => codes.push(code.text));
    bench.device.start();
    await bench.untilState('ready');
    await bench.settle(bench.device.arm());
    await bench.clock.advance(10);
    for (const text of ['first', 'sec\u0007ond']) {
      bench.hand({ do: 'show', text });
      await bench.clock.advance(100);
    }
    await bench.settle(bench.device.disarm());
    expect(bench.simulator.control({ do: 'show', text: 'third' }).ok).toBe(false);
    expect(codes).toEqual(['first', 'second']);
  });
});

describe('on a real socket', () => {
  let line: XfsServiceLine | null = null;
  afterEach(async () => {
    await line?.close();
    line = null;
  });

  it('is found through its publisher, and comes back after the connection broke', async () => {
    line = await openXfsServiceLine({ port: 0, serviceName: 'Scanner1' });
    const clock = systemClock();
    const simulator = createXfsBarcodeSimulator({ line, clock, random: seededRandom(1), timeFactor: 1 }, {});
    simulator.start();
    const device = createXfsBarcodeReader({ deviceId: 'scanner', clock, log: silentLog, url: line.publisherUrl, connect: createWebSocketTransport });
    const reached = (state: string) => new Promise<void>((resolve) => {
      if (device.status().state === state) return resolve();
      const stop = device.onStatus((status) => {
        if (status.state !== state) return;
        stop();
        resolve();
      });
    });
    device.start();
    await reached('ready');
    simulator.control({ do: 'unplug' });
    await reached('offline');
    simulator.control({ do: 'plug' });
    await reached('ready');
    await device.stop();
    simulator.stop();
  });
});
