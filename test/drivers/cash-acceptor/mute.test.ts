/** An acceptor that answers and says nothing of itself is not in service, and is again when it speaks. [id003 §6, ebds §5] */
import { expect, it } from 'vitest';
import { encodeFrame } from '../../../drivers/id003-family/frames.ts';
import { frameOf } from '../../../simulators/cash-acceptor/ebds/wire.ts';
import type { SimulatorLine } from '../../../simulators/simulator.ts';
import { acceptorBench } from '../../support/acceptor-bench.ts';
import { ebdsParts, id003Parts } from '../../support/acceptor-parts.ts';

const REST = Buffer.from(encodeFrame(Uint8Array.of(0x1a)));
const notListed = (bytes: Uint8Array): Uint8Array => (REST.equals(bytes) ? encodeFrame(Uint8Array.of(0x5a)) : bytes);
const communicationError = (bytes: Uint8Array): Uint8Array => (REST.equals(bytes) ? encodeFrame(Uint8Array.of(0x4a)) : bytes);
const OMNIBUS_REPLY = 2;
const outOfService = (bytes: Uint8Array): Uint8Array => (bytes[2]! >> 4 === OMNIBUS_REPLY ? frameOf(bytes[2]!, [0, ...bytes.subarray(4, -2)]) : bytes);

it.each([['ID003, a state that is not listed', id003Parts(), notListed], ['ID003, 4A', id003Parts(), communicationError], ['EBDS, no state', ebdsParts(), outOfService]] as const)('%s', async (_name, parts, instead) => {
  let isMute = false;
  const saying = (line: SimulatorLine): SimulatorLine => ({
    write: (bytes) => line.write(isMute ? instead(bytes) : bytes),
    onData: (listener) => line.onData(listener), unplug: () => line.unplug(), plug: () => line.plug(),
  });
  const bench = acceptorBench({ ...parts, createSimulator: (environment) => parts.createSimulator({ ...environment, line: saying(environment.line) }) });
  expect(await bench.until('ready')).toBe(true);
  isMute = true;
  await bench.clock.advance(5_000);
  expect(bench.acceptor.status()).toMatchObject({ state: 'ready', faults: [] });
  await bench.clock.advance(10_000);
  expect(bench.acceptor.status()).toMatchObject({ state: 'faulty', faults: ['CIM_FAILURE'] });
  isMute = false;
  expect(await bench.until('ready')).toBe(true);
  expect(bench.acceptor.status().faults).toEqual([]);
});
