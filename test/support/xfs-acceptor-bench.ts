import { createXfsAcceptor } from '../../drivers/cash-acceptor/xfs4iot-cash-acceptor/device.ts';
import type { CashAcceptorEvent } from '../../drivers/interfaces/cash-acceptor.ts';
import { createXfsAcceptorSimulator } from '../../simulators/cash-acceptor/xfs4iot-cash-acceptor/simulator.ts';
import { createXfsBench } from './xfs-bench.ts';

/** Driver and service of an acceptor, with one note in escrow when `escrow` has ended, and where its notes lie. @param options.acknowledges  each event at once */
export function acceptorBench({ acknowledges = true }: { readonly acknowledges?: boolean } = {}) {
  const events: CashAcceptorEvent[] = [];
  const bench = createXfsBench((common) => createXfsAcceptor(common), (environment) => createXfsAcceptorSimulator(environment, { denominationsMinor: [200_000, 500_000, 1_000_000] }));
  bench.device.onEvent((event) => {
    events.push(event);
    if (acknowledges && (event.kind === 'noteStacked' || event.kind === 'noteReturned')) event.acknowledge();
  });
  const untilEvent = (kind: CashAcceptorEvent['kind']) => bench.until(() => events.some((event) => event.kind === kind), kind);
  const enable = (...denominationsMinor: readonly number[]) => bench.settle(bench.device.enable({ denominationsMinor, currency: 'KZT' }));
  const escrow = async (denominationMinor: number): Promise<string> => {
    const since = events.length;
    bench.hand({ do: 'insertNote', denominationMinor });
    const escrowed = () => events.slice(since).find((event) => event.kind === 'noteEscrowed');
    await bench.until(() => escrowed() !== undefined, 'the note');
    return escrowed()!.note.noteId;
  };
  const notes = () => (bench.simulator.world() as unknown as { readonly notes: readonly { readonly denominationMinor: number; readonly place: string }[] }).notes;
  const lyingIn = (...places: readonly string[]) => notes().filter(({ place }) => places.includes(place)).map(({ denominationMinor }) => denominationMinor);
  return { ...bench, events, untilEvent, enable, escrow, world: () => ({ box: lyingIn('box'), returned: lyingIn('mouth', 'customer'), inside: lyingIn('head', 'escrow', 'transport') }) };
}
