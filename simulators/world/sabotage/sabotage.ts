import type { Transport } from '../../../drivers/transport/transport.ts';
import type { TerminalDevices } from '../../../main/core/core-parts.ts';
import type { Clock } from '../../../main/foundation/clock.ts';
import type { HostCodec, HostLine } from '../../../main/host/bank-host.ts';
import type { Journal } from '../../../main/journal/journal.ts';

/**
 * One mistake between the parts of a terminal: what stands there takes the place of the part that it is given. A simulation that does not find
 * each of them would not find the same mistake in the product either.
 */
export interface Sabotage {
  readonly journal?: (journal: Journal) => Journal;
  readonly codec?: (codec: HostCodec) => HostCodec;
  readonly line?: (line: HostLine, world: { readonly clock: Clock }) => HostLine;
  readonly dispenserTransport?: (transport: Transport) => Transport;
  readonly devices?: (devices: TerminalDevices) => TerminalDevices;
}
