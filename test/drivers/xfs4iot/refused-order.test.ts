/**
 * A service that is too busy does not take the order about the note in escrow. Goal: the note does not stay there, said to be returned, until somebody else is at the terminal.
 * [xfs4iot §1.4]
 */
import { expect, it } from 'vitest';
import { createXfsAcceptor } from '../../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import type { CashAcceptorEvent } from '../../../drivers/interfaces/cash-acceptor.ts';
import type { Transport } from '../../../drivers/transport/transport.ts';
import { createXfsAcceptorSimulator } from '../../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { buildMessage, readCommand } from '../../../simulators/xfs4iot/wire.ts';
import { createXfsBench } from '../../support/xfs-bench.ts';

const NOTE_MINOR = 500_000;

/** The next command of that name is acknowledged with `tooManyRequests`, and never reaches the service. */
function refusing(transport: Transport, name: string): Transport {
  let listener: (chunk: Uint8Array) => void = () => {};
  let isDue = true;
  return {
    ...transport,
    onData: (given) => transport.onData((listener = given)),
    write(chunk) {
      const command = readCommand(chunk);
      if (!isDue || command?.name !== name) return transport.write(chunk);
      isDue = false;
      queueMicrotask(() => listener(buildMessage({ type: 'acknowledge', name, requestId: command.requestId, version: command.version, status: 'tooManyRequests' })));
      return true;
    },
  };
}

it.each([['CashAcceptor.CashInEnd', 'stack'], ['CashAcceptor.CashInRollback', 'return']] as const)('%s', async (name, verb) => {
  const events: CashAcceptorEvent[] = [];
  const bench = createXfsBench((common) => createXfsAcceptor({ ...common, connect: (url) => refusing(common.connect(url), name) }), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [NOTE_MINOR] }));
  bench.device.onEvent((event) => {
    events.push(event);
    if (event.kind === 'noteStacked' || event.kind === 'noteReturned') event.acknowledge();
  });
  bench.device.start();
  await bench.untilState('ready');
  await bench.settle(bench.device.enable({ denominationsMinor: [NOTE_MINOR], currency: 'KZT' }));
  bench.hand({ do: 'insertNote', denominationMinor: NOTE_MINOR });
  await bench.until(() => events.some(({ kind }) => kind === 'noteEscrowed'), 'the note');
  const escrowed = events.find((event) => event.kind === 'noteEscrowed')!;
  const outcome = await bench.settle(bench.device[verb](escrowed.note.noteId));
  await bench.clock.advance(30_000);
  expect(outcome.kind).toBe('uncertain');
  expect(events.filter(({ kind }) => kind === 'noteStacked' || kind === 'noteReturned').map(({ kind }) => kind)).toEqual(['noteReturned']);
  expect((bench.simulator.world() as unknown as { readonly notes: readonly { readonly place: string }[] }).notes).toMatchObject([{ place: 'customer' }]);
});
