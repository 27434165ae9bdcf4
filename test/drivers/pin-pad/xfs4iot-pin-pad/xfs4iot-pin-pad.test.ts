import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { KeyImport, PinFormat } from '../../../../drivers/interfaces/pin-pad.ts';
import { Pan } from '../../../../drivers/interfaces/card-reader.ts';
import { createXfsPinPad } from '../../../../drivers/pin-pad/xfs4iot-pin-pad/device.ts';
import { abilitiesOf, encryptionStateOf, importPayload, keyOf, keySerialNumberOf, loadedKeysOf } from '../../../../drivers/pin-pad/xfs4iot-pin-pad/messages.ts';
import { createWebSocketTransport } from '../../../../drivers/transport/web-socket.ts';
import { decodeXfs } from '../../../../drivers/xfs4iot/decode.ts';
import { silentLog } from '../../../../main/foundation/log.ts';
import { randomInteger } from '../../../../main/foundation/random.ts';
import { systemClock } from '../../../../main/system/system-clock.ts';
import { openXfsServiceLine } from '../../../../simulators/lines/xfs-service-line.ts';
import { aes, tdes } from '../../../../simulators/pin-pad/crypto/block-cipher.ts';
import * as aesDukpt from '../../../../simulators/pin-pad/crypto/dukpt-aes.ts';
import * as tdesDukpt from '../../../../simulators/pin-pad/crypto/dukpt-tdes.ts';
import { wrapKeyBlock } from '../../../../simulators/pin-pad/crypto/key-block.ts';
import { decipherPinBlock } from '../../../../simulators/pin-pad/crypto/pin-block.ts';
import { createXfsPinPadSimulator } from '../../../../simulators/pin-pad/xfs4iot-pin-pad/simulator.ts';
import type { XfsPinPadSimulatorOptions } from '../../../../simulators/pin-pad/xfs4iot-pin-pad/simulator.ts';
import { seededRandom } from '../../../../simulators/world/seeded-random.ts';
import { goldenForm } from '../../../support/xfs-bench.ts';
import type { XfsPinPadBench } from '../../../support/xfs-pin-pad-bench.ts';
import { XFS_PAD_KEYS, XFS_PAD_PAN, createXfsPinPadBench } from '../../../support/xfs-pin-pad-bench.ts';
import crypto from '../../../vectors/pin-crypto.json' with { type: 'json' };
import golden from '../../../vectors/xfs4iot-pin-pad.json' with { type: 'json' };

const PIN = '739146';

async function readyBench(options: XfsPinPadSimulatorOptions = {}): Promise<XfsPinPadBench> {
  const bench = createXfsPinPadBench(options);
  bench.pad.start();
  await bench.untilState('ready');
  return bench;
}

/** A key block as the bank's side wraps it, with the serial number inside. */
function dukptBlock(algorithm: 'T' | 'A'): string {
  const [version, id, data, key] = algorithm === 'T' ? (['B', 'KS', 'FFFF9876543210E00000', crypto.tdesDukpt.initialKey] as const) : (['D', 'IK', crypto.aesDukpt.keyId, crypto.aesDukpt.initialKey] as const);
  const header = { version, usage: 'B1', algorithm, modeOfUse: 'X', keyVersion: '00', exportability: 'N', optionalBlocks: [{ id, data }] };
  return wrapKeyBlock(XFS_PAD_KEYS[algorithm === 'T' ? 'MasterKey' : 'MasterAes'].key, header, Buffer.from(key, 'hex'), seededRandom(7));
}

describe('golden messages', () => {
  it('are what driver and service say to one another around one PIN', async () => {
    const bench = await readyBench();
    bench.wire.splice(0);
    const { entry } = await bench.ask();
    await bench.press(['7', 'clear', '1', '2', '3', '4', 'enter']);
    await bench.settle(entry);
    await bench.settle(bench.pad.pinBlock());
    const said = bench.wire.map(goldenForm).filter(({ type, name }) => type !== 'acknowledge' && !name.startsWith('Common.'));
    expect(said).toEqual(golden.conversation);
  });

  it.each(golden.keyImport)('carry a key: $name', ({ request, payload }) => {
    const { cryptogramHex, ...rest } = request as typeof request & { readonly cryptogramHex?: string };
    const asked = (cryptogramHex === undefined ? rest : { ...rest, cryptogram: Buffer.from(cryptogramHex.replaceAll(' ', ''), 'hex') }) as KeyImport;
    const names: Readonly<Record<string, string>> = { master: 'MasterKey', masterAes: 'MasterAes', pin: 'PinKey', pinAes: 'PinAes' };
    expect(importPayload(asked, (name) => names[name])).toEqual(payload);
  });

  it('of any shape are read without a throw', () => {
    fc.assert(fc.property(fc.dictionary(fc.constantFrom('pinPad', 'keyManagement', 'keyDetails', 'completion', 'digit', 'ksn'), fc.jsonValue()), (payload) => {
      abilitiesOf(payload);
      encryptionStateOf(payload);
      loadedKeysOf(payload);
      keyOf(payload);
      keySerialNumberOf([{ name: 'KeyManagement.DUKPTKSNEvent', payload }]);
    }));
  });
});

describe('a PIN', () => {
  it.each(['iso0', 'iso1', 'iso3'] as const)('comes out as a block of format %s that only the key opens', async (format) => {
    const bench = await readyBench();
    expect(await bench.enter('73914', { format })).toEqual({ kind: 'completed', value: { completion: 'enter', digitCount: 5 } });
    const made = await bench.settle(bench.pad.pinBlock());
    if (made.kind !== 'completed') throw new Error(made.kind);
    expect(made.value).toMatchObject({ format, keyName: 'pin', keySerialNumber: null });
    expect(decipherPinBlock(Number(format.at(-1)) as 0, tdes(XFS_PAD_KEYS.PinKey.key), made.value.block, XFS_PAD_PAN)).toEqual({ ok: true, value: '73914' });
  });

  it('comes out in format 4 under a key that was loaded as a key block, with the check value of that key', async () => {
    const bench = await readyBench();
    const [, versionD] = crypto.keyBlocks;
    // Before the key is there nobody is asked for a PIN.
    expect(await bench.enter(PIN, { format: 'iso4', keyName: 'pinAes' })).toMatchObject({ kind: 'failed', errorCode: 'PIN_KEYS_MISSING' });
    const loaded = await bench.settle(bench.pad.importKey({ kind: 'keyBlock', keyName: 'pinAes', keyBlock: versionD!.block }));
    if (loaded.kind !== 'completed') throw new Error(JSON.stringify(loaded));
    expect(loaded.value.checkValue).toHaveLength(5);
    await bench.untilState('ready');
    expect((await bench.enter(PIN, { format: 'iso4', keyName: 'pinAes' })).kind).toBe('completed');
    const made = await bench.settle(bench.pad.pinBlock());
    if (made.kind !== 'completed') throw new Error(made.kind);
    expect(made.value.block).toHaveLength(16);
    expect(decipherPinBlock(4, aes(Buffer.from(versionD!.key, 'hex')), made.value.block, XFS_PAD_PAN)).toEqual({ ok: true, value: PIN });
  });

  it('comes out under a new key each time with DUKPT, and tells its serial number', async () => {
    const bench = await readyBench();
    for (const [keyName, algorithm] of [['dukpt', 'T'], ['dukptAes', 'A']] as const) {
      expect(await bench.settle(bench.pad.importKey({ kind: 'keyBlock', keyName, keyBlock: dukptBlock(algorithm) }))).toMatchObject({ kind: 'completed' });
      await bench.untilState('ready');
    }
    for (const { ksn, pinBlock } of crypto.tdesDukpt.transactions) {
      await bench.enter('1234', { keyName: 'dukpt' });
      const made = await bench.settle(bench.pad.pinBlock());
      if (made.kind !== 'completed') throw new Error(made.kind);
      expect([Buffer.from(made.value.keySerialNumber ?? []).toString('hex').toUpperCase(), Buffer.from(made.value.block).toString('hex').toUpperCase()]).toEqual([ksn, pinBlock]);
    }
    await bench.enter(PIN, { format: 'iso4', keyName: 'dukptAes' });
    const made = await bench.settle(bench.pad.pinBlock());
    if (made.kind !== 'completed' || made.value.keySerialNumber === null) throw new Error(made.kind);
    const key = aesDukpt.workingKey(Buffer.from(crypto.aesDukpt.initialKey, 'hex'), made.value.keySerialNumber, 'pin');
    expect(decipherPinBlock(4, aes(key), made.value.block, XFS_PAD_PAN)).toEqual({ ok: true, value: PIN });
    expect(tdesDukpt.counterOf(Buffer.from(crypto.tdesDukpt.transactions[0]!.ksn, 'hex'))).toBe(1);
  });

  it('is nowhere: not in a message, not in a log, not in a status, not in an event', async () => {
    const bench = await readyBench();
    for (const format of ['iso0', 'iso1', 'iso3'] as const) {
      await bench.enter(PIN, { format });
      await bench.settle(bench.pad.pinBlock());
    }
    await bench.enter(PIN.slice(0, 2), { timeoutMs: 3_000 });
    const everything = [...bench.wire.map(({ text }) => text), ...bench.said, JSON.stringify(bench.events), JSON.stringify(bench.pad.status()), JSON.stringify(bench.simulator.world())];
    const clear = [PIN, Buffer.from(PIN).toString('base64').slice(0, 7), Buffer.from(PIN, 'hex').toString('base64').slice(0, 3), Buffer.from(PIN).toString('hex')];
    expect(everything.filter((text) => clear.some((secret) => text.includes(secret)))).toEqual([]);
    // Key events name no digit, in any spelling, and no command asks for clear text.
    const events = bench.wire.filter(({ text }) => text.includes('Keyboard.KeyEvent')).map(({ text }) => (JSON.parse(text) as { readonly payload: { readonly digit?: string } }).payload.digit);
    expect(events.length).toBeGreaterThan(20);
    expect([...new Set(events)].sort()).toEqual(['enter', undefined]);
    expect(bench.wire.filter(({ text }) => /DataEntry|SecureKeyEntry|pinKeys/.test(text))).toEqual([]);
    // The card number has to go to the pad, and goes nowhere else.
    expect(bench.said.filter((text) => text.includes(XFS_PAD_PAN.slice(0, -1)))).toEqual([]);
    expect(bench.wire.filter(({ text }) => text.includes(XFS_PAD_PAN.slice(0, -1))).every(({ from, text }) => from === 'client' && text.includes('PinPad.GetPinBlock'))).toBe(true);
  });

  it('told digit by digit by a manipulated pad ends at once, and is not trusted until a person resets it', async () => {
    const bench = await readyBench();
    const { entry } = await bench.ask();
    bench.hand({ do: 'fault', fault: 'clearDigits' });
    await bench.press(['7', '3']);
    expect(await bench.settle(entry)).toMatchObject({ kind: 'failed', completionCode: 'fraudAttempt', errorCode: 'PIN_CLEAR_DIGIT' });
    await bench.until(() => bench.pad.status().faults.includes('PIN_CLEAR_DIGIT'), 'the fault');
    expect(await bench.settle(bench.pad.pinBlock())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    expect([...bench.said, JSON.stringify(bench.events)].filter((text) => /seven|three/.test(text))).toEqual([]);
    bench.hand({ do: 'clearFaults' });
    expect(await bench.enter('1234')).toMatchObject({ kind: 'failed', completionCode: 'fraudAttempt', errorCode: 'PIN_CLEAR_DIGIT' });
    expect(bench.events).toEqual([]);
    bench.pad.reset();
    await bench.untilState('ready');
  });

  it('is masked, like key names and blocks, where a trace of the line is read', () => {
    const command = JSON.stringify({ header: { type: 'command', name: 'PinPad.GetPinBlock', version: '2.0', requestId: 1 }, payload: { customerData: '401234567890', format: 'iso0', key: 'PinKey' } });
    const read = JSON.stringify(decodeXfs(Buffer.from(command)));
    expect(read).toContain('iso0');
    expect(read).not.toMatch(/401234567890|PinKey/);
  });
});

describe('an entry', () => {
  it('tells the service beforehand what the block will be made of, where it asks for that', async () => {
    const bench = await readyBench({ needsDataFirst: true });
    expect(await bench.enter('1234')).toMatchObject({ kind: 'completed', value: { completion: 'enter' } });
    expect((await bench.settle(bench.pad.pinBlock())).kind).toBe('completed');
  });

  it('ends at once when the pad loses its keys: nobody types a PIN into a pad that was tampered with', async () => {
    const bench = await readyBench();
    const { entry } = await bench.ask();
    await bench.press(['1', '2']);
    bench.hand({ do: 'tamper' });
    expect(await bench.settle(entry)).toMatchObject({ kind: 'failed', errorCode: 'PIN_KEYS_MISSING' });
    expect(bench.simulator.world()).toMatchObject({ isEntering: false, isHeld: false });
    await bench.until(() => bench.pad.status().faults.includes('PIN_KEYS_MISSING'), 'the fault');
  });

  it('with too few digits is none, and the pad forgets it', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'shortEntry' });
    expect(await bench.enter('12')).toMatchObject({ kind: 'failed', completionCode: 'userError' });
    expect(bench.simulator.world()).toMatchObject({ isHeld: false, digitCount: 0 });
  });

  it.each([['cancel', async (bench: XfsPinPadBench) => bench.press(['1', '2', 'cancel'])], ['cancel', async (bench: XfsPinPadBench) => {
    await bench.press(['1', '2']);
    bench.pad.cancelEntry();
  }], ['timeOut', async (bench: XfsPinPadBench) => bench.press(['1', '2'])]] as const)('that ends by %s leaves no digit in the pad', async (completion, end) => {
    const bench = await readyBench();
    const { entry } = await bench.ask();
    await end(bench);
    expect(await bench.settle(entry)).toMatchObject({ kind: 'completed', value: { completion } });
    expect(bench.simulator.world()).toMatchObject({ isEntering: false, isHeld: false, digitCount: 0 });
    expect(await bench.settle(bench.pad.pinBlock())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
  });

  it('is refused for a format or a key that the pad does not have, or a number that is none', async () => {
    const bench = await readyBench({ formats: ['iso0'] });
    expect(bench.pad.capabilities).toMatchObject({ iso0: true, iso1: false, iso3: false, iso4: false, keyBlocks: true });
    expect(await bench.enter('1234', { format: 'iso3' })).toMatchObject({ kind: 'failed', completionCode: 'unsupportedCommand' });
    expect(await bench.enter('1234', { keyName: 'nobodyKnows' })).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    expect(await bench.enter('1234', { keyName: 'none' })).toMatchObject({ kind: 'failed', errorCode: 'PIN_KEYS_MISSING' });
    expect(await bench.enter('1234', { lengthMin: 2 })).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    expect(bench.wire.some(({ text }) => text.includes('"type":"command","name":"Keyboard.PinEntry"'))).toBe(false);
  });

  it.each(['silence', 'completionLost', 'connectionLost', 'hardwareError', 'garbage'])('never outlives %s, and the pad is asked anew', async (fault) => {
    const bench = await readyBench();
    const { entry } = await bench.ask();
    bench.hand({ do: 'fault', fault });
    await bench.press(['1', '2', '3', '4', 'enter']);
    const outcome = await bench.settle(entry);
    expect(['completed', 'failed']).toContain(outcome.kind);
    const isLost = fault === 'completionLost' || fault === 'connectionLost';
    expect(outcome.kind).toBe(isLost ? 'failed' : 'completed');
    bench.hand({ do: 'clearFaults' });
    await bench.untilState('ready');
    if (!isLost) return;
    expect(bench.simulator.world()).toMatchObject({ isHeld: false });
    expect((await bench.enter('1234')).kind).toBe('completed');
  });

  it('that is not heard at all is given up', async () => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault: 'silence' });
    expect(await bench.enter('1234')).toMatchObject({ kind: 'failed', errorCode: 'PIN_OFFLINE' });
    await bench.untilState('ready');
  });
});

describe('a block', () => {
  it.each(['silence', 'completionLost', 'connectionLost', 'badBlock', 'powerCut'])('that %s took is in doubt, and never made a second time', async (fault) => {
    const bench = await readyBench();
    await bench.enter('1234');
    bench.hand({ do: 'fault', fault, ...(fault === 'powerCut' ? { at: 'block' } : {}) });
    expect(await bench.settle(bench.pad.pinBlock())).toMatchObject({ kind: 'uncertain' });
    if (fault === 'powerCut') bench.hand({ do: 'powerOn' });
    await bench.untilState('ready');
    expect(await bench.settle(bench.pad.pinBlock())).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
    expect((bench.simulator.world() as { readonly blockCount: number }).blockCount).toBeLessThanOrEqual(1);
  });

  it('is refused once the keys are gone, which is told once and shown until they are back', async () => {
    const bench = await readyBench();
    await bench.enter('1234');
    bench.hand({ do: 'tamper' });
    await bench.until(() => bench.pad.status().faults.includes('PIN_KEYS_MISSING'), 'the fault');
    expect(bench.pad.encryptionState()).toBe('notInitialised');
    expect(bench.events.filter((event) => event.kind === 'keysMissing')).toHaveLength(1);
    expect((await bench.settle(bench.pad.pinBlock())).kind).toBe('failed');
    bench.hand({ do: 'loadKeys' });
    await bench.untilState('ready');
    expect(bench.pad.encryptionState()).toBe('ready');
    expect((await bench.enter('1234')).kind).toBe('completed');
  });
});

describe('a key', () => {
  it('comes only enciphered, and one changed character is refused', async () => {
    const bench = await readyBench();
    const [, versionD] = crypto.keyBlocks;
    const changed = `${versionD!.block.slice(0, -1)}${versionD!.block.endsWith('0') ? '1' : '0'}`;
    expect(await bench.settle(bench.pad.importKey({ kind: 'keyBlock', keyName: 'pinAes', keyBlock: changed }))).toMatchObject({ kind: 'failed' });
    expect(await bench.settle(bench.pad.importKey({ kind: 'keyBlock', keyName: 'pinAes', keyBlock: 'nonsense' }))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
    expect(await bench.settle(bench.pad.importKey({ kind: 'underKey', keyName: 'pin', underKeyName: 'master', use: 'pin', cryptogram: new Uint8Array(16) }))).toMatchObject({ kind: 'completed' });
    const withSerial: KeyImport = { kind: 'keyBlock', keyName: 'pinAes', keyBlock: versionD!.block, keySerialNumber: new Uint8Array(12) };
    expect(await bench.settle(bench.pad.importKey(withSerial))).toMatchObject({ kind: 'failed', completionCode: 'invalidData' });
  });

  it.each(['completionLost', 'powerCut'])('whose import %s cut off may be loaded, and says so', async (fault) => {
    const bench = await readyBench();
    bench.hand({ do: 'fault', fault, ...(fault === 'powerCut' ? { at: 'import' } : {}) });
    expect(await bench.settle(bench.pad.importKey({ kind: 'keyBlock', keyName: 'pinAes', keyBlock: crypto.keyBlocks[1]!.block }))).toMatchObject({ kind: 'uncertain' });
    if (fault === 'powerCut') bench.hand({ do: 'powerOn' });
    await bench.untilState('ready');
    // What the pad holds is asked of it when it is back.
    expect((await bench.enter('1234', { format: 'iso4', keyName: 'pinAes' })).kind).toBe('completed');
  });
});

describe('a service', () => {
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  it('that tells nothing of formats and keys offers none', () => {
    expect(abilitiesOf({ pinPad: { pinFormats: { iso0: 'yes' } }, keyManagement: null }).capabilities).toMatchObject({ iso0: false, keyBlocks: false, dukpt: false });
  });

  it('in versions that we do not speak is not taken, and is when it has been renewed', async () => {
    const bench = createXfsPinPadBench();
    bench.hand({ do: 'fault', fault: 'otherVersions' });
    bench.pad.start();
    await bench.until(() => bench.pad.status().lastFaults.some(({ code }) => code === 'LNK_PROTOCOL'), 'the reason');
    expect(bench.pad.status().state).not.toBe('ready');
    expect(await bench.settle(bench.pad.enterPin({ pan: new Pan(XFS_PAD_PAN), format: 'iso0', keyName: 'pin', lengthMin: 4, lengthMax: 6, timeoutMs: 30_000 }))).toMatchObject({ kind: 'failed', completionCode: 'deviceNotReady' });
    await bench.untilState('ready');
  });

  it('is found through its publisher on a real WebSocket, takes a PIN and gives its block', async () => {
    const clock = systemClock();
    const line = await openXfsServiceLine({ port: 0, serviceName: 'PinPad1' });
    closers.push(() => line.close());
    const simulator = createXfsPinPadSimulator({ line, clock, random: seededRandom(1), timeFactor: 0.1 }, {});
    simulator.start();
    const pad = createXfsPinPad({ deviceId: 'pinPad', clock, log: silentLog, url: line.publisherUrl, connect: createWebSocketTransport, keys: { pin: 'PinKey' } });
    pad.start();
    closers.push(() => pad.stop());
    await expect.poll(() => pad.status().state, { timeout: 10_000 }).toBe('ready');
    pad.onEvent((event) => {
      if (event.kind === 'entryReady') for (const key of ['1', '2', '3', '4', 'enter']) simulator.control({ do: 'press', key });
    });
    const format: PinFormat = 'iso3';
    expect(await pad.enterPin({ pan: new Pan(XFS_PAD_PAN), format, keyName: 'pin', lengthMin: 4, lengthMax: 12, timeoutMs: 20_000 })).toMatchObject({ kind: 'completed', value: { completion: 'enter', digitCount: 4 } });
    expect(await pad.pinBlock()).toMatchObject({ kind: 'completed', value: { format } });
  });
});

const SEEDS = 6;
const ENTRIES = 8;
const TROUBLES = [['silence', undefined], ['completionLost', undefined], ['connectionLost', undefined], ['garbage', undefined], ['hardwareError', undefined], ['badBlock', undefined], ['shortEntry', undefined], ['powerCut', 'enter'], ['powerCut', 'block'], ['powerCut', 'key']] as const;

describe('truth', () => {
  it(`every block opens to the PIN that was pressed, over ${SEEDS} seeds of ${ENTRIES} entries with faults, and none is made twice`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const bench = createXfsPinPadBench({}, seed);
      const random = seededRandom(1_000 + seed);
      bench.pad.start();
      await bench.untilState('ready');
      const blocks = new Set<string>();
      for (let turn = 0; turn < ENTRIES; turn++) {
        const context = `seed ${seed} turn ${turn}`;
        const pin = Array.from({ length: 4 + randomInteger(random, 3) }, () => randomInteger(random, 10)).join('');
        const format = (['iso1', 'iso3'] as const)[randomInteger(random, 2)]!;
        const [fault, at] = TROUBLES[randomInteger(random, TROUBLES.length)]!;
        if (randomInteger(random, 2) === 0) bench.hand({ do: 'fault', fault, ...(at === undefined ? {} : { at }) });
        const entered = await bench.enter(pin, { format });
        const made = entered.kind === 'completed' && entered.value.completion === 'enter' ? await bench.settle(bench.pad.pinBlock()) : null;
        if (made?.kind === 'completed') {
          expect(decipherPinBlock(format === 'iso1' ? 1 : 3, tdes(XFS_PAD_KEYS.PinKey.key), made.value.block, XFS_PAD_PAN), context).toEqual({ ok: true, value: pin });
          expect(blocks.has(Buffer.from(made.value.block).toString('hex')), context).toBe(false);
          blocks.add(Buffer.from(made.value.block).toString('hex'));
        }
        bench.simulator.control({ do: 'clearFaults' });
        bench.simulator.control({ do: 'powerOn' });
        await bench.untilState('ready');
        expect(await bench.settle(bench.pad.pinBlock()), context).toMatchObject({ kind: 'failed', completionCode: 'sequenceError' });
      }
      expect(blocks.size, `seed ${seed}`).toBeGreaterThan(0);
    }
  });
});
