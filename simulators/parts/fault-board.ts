import { z } from 'zod';

/** Faults of a device by name: the moments at which each can strike (the first is the usual one), and its label on the fault board. */
export type FaultTable = Readonly<Record<string, { readonly at: readonly string[]; readonly label: string }>>;
export type FaultOf<Table extends FaultTable> = keyof Table & string;

/** More than this on one board is a mistake of the scenario. */
const FAULTS_MAX = 1_000;

/**
 * `{ do: 'fault', fault, at, times, index, opcode }`. `index` counts within the moment (note of a command, byte of a frame), from 0; `opcode` is the code, as the device's sheet has it,
 * of the command that the moment belongs to. Any when left out; a fault that names one strikes at no moment that has none.
 */
export function faultCommandOf<Table extends FaultTable>(table: Table) {
  return z.strictObject({
    do: z.literal('fault'),
    fault: z.enum(Object.keys(table) as [FaultOf<Table>, ...FaultOf<Table>[]]),
    at: z.string().max(30).optional(),
    times: z.number().int().min(1).max(1_000_000).default(1),
    index: z.number().int().min(0).max(10_000).optional(),
    opcode: z.number().int().min(0).max(255).optional(),
  });
}

/** Where within its moment a fault can strike. */
export interface FaultPlace {
  readonly index?: number | undefined;
  readonly opcode?: number | undefined;
}

export interface FaultCommand<Fault extends string> extends FaultPlace {
  readonly fault: Fault;
  readonly at?: string | undefined;
  readonly times: number;
}

interface Armed<Fault extends string> {
  readonly fault: Fault;
  readonly at: string;
  readonly place: FaultPlace;
  timesLeft: number;
}

/** Faults that wait for their moment, in the order in which they were armed. A fault names the moment, not a time. */
export class FaultBoard<Table extends FaultTable> {
  readonly #table: Table;
  #armed: Armed<FaultOf<Table>>[] = [];

  constructor(table: Table) {
    this.#table = table;
  }

  /** @returns what is wrong with the command, or null */
  arm(command: FaultCommand<FaultOf<Table>>): string | null {
    const moments = this.#table[command.fault]!.at;
    const at = command.at ?? moments[0]!;
    if (!moments.includes(at)) return `${command.fault} strikes at ${moments.join(', ')}`;
    if (this.#armed.length >= FAULTS_MAX) return `at most ${FAULTS_MAX} faults wait`;
    this.#armed.push({ fault: command.fault, at, place: { index: command.index, opcode: command.opcode }, timesLeft: command.times });
    return null;
  }

  clear(): void {
    this.#armed = [];
  }

  /** For the world: what still waits. */
  list(): readonly { readonly fault: string; readonly at: string; readonly times: number }[] {
    return this.#armed.map(({ fault, at, timesLeft }) => ({ fault, at, times: timesLeft }));
  }

  rows(): readonly { readonly fault: string; readonly at: readonly string[]; readonly label: string }[] {
    return Object.entries(this.#table).map(([fault, { at, label }]) => ({ fault, at, label }));
  }

  /** Whether this fault strikes now; uses up one strike. @param place  looked at only by faults that were armed for one */
  strike(fault: FaultOf<Table>, at: string, place: FaultPlace = {}): boolean {
    return this.#use((candidate) => candidate.fault === fault && candidate.at === at && isAt(candidate.place, place)) !== null;
  }

  /** What strikes at these moments of one thing, of which one fault has room: the one armed first. Uses up one strike. */
  strikeFirst(moments: readonly string[]): { readonly fault: FaultOf<Table>; readonly at: string } | null {
    return this.#use((candidate) => moments.includes(candidate.at) && isAt(candidate.place, {}));
  }

  #use(isMeant: (candidate: Armed<FaultOf<Table>>) => boolean): Armed<FaultOf<Table>> | null {
    const armed = this.#armed.find(isMeant);
    if (armed === undefined) return null;
    armed.timesLeft--;
    if (armed.timesLeft === 0) this.#armed = this.#armed.filter((other) => other !== armed);
    return armed;
  }
}

function isAt(armed: FaultPlace, place: FaultPlace): boolean {
  return (armed.index === undefined || armed.index === place.index) && (armed.opcode === undefined || armed.opcode === place.opcode);
}
