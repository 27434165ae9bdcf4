/** Cash units as a simulated service keeps them: status and counters. Where notes lie is the device's. [xfs4iot §3] */
export type InRole = 'deposited' | 'retracted' | 'rejected' | 'distributed';
export type OutRole = 'presented' | 'rejected' | 'distributed' | 'stacked' | 'transport' | 'unknown';
export type UnitStatus = 'ok' | 'missing' | 'manipulated';

/** Notes by kind. */
export type Tally = Map<number, number>;

export interface CountedUnit {
  readonly name: string;
  readonly index: number;
  readonly types: Readonly<Record<string, true>>;
  /** Of one kind only; null: of any. A vendor's tool can say another. */
  denominationMinor: number | null;
  status: UnitStatus;
  isAccurate: boolean;
  /** false: GetStorage leaves out what lay in it at first. */
  isInitialTold: boolean;
  retractOperations: number;
  initial: Tally;
  readonly in: Record<InRole, Tally>;
  readonly out: Record<OutRole, Tally>;
}

export const REJECTS = 'unitR';
export const RETRACTS = 'unitT';

export function newUnit(parts: Pick<CountedUnit, 'name' | 'index' | 'types' | 'denominationMinor'>): CountedUnit {
  return {
    ...parts, status: 'ok', isAccurate: true, isInitialTold: true, retractOperations: 0, initial: new Map(),
    in: { deposited: new Map(), retracted: new Map(), rejected: new Map(), distributed: new Map() },
    out: { presented: new Map(), rejected: new Map(), distributed: new Map(), stacked: new Map(), transport: new Map(), unknown: new Map() },
  };
}

export function add(tally: Tally, denominationMinor: number, count: number): void {
  tally.set(denominationMinor, (tally.get(denominationMinor) ?? 0) + count);
}

/** What people say lies in it. What is on its way stays. [xfs4iot §3] */
export function setInitial(unit: CountedUnit, items: Tally): void {
  unit.initial = items;
  unit.isAccurate = true;
  for (const tally of Object.values(unit.in)) tally.clear();
  for (const role of ['presented', 'rejected', 'distributed', 'unknown'] as const) unit.out[role].clear();
}

/** SetStorage's items of one unit. @returns false: it takes no such kind */
export function setItems(unit: CountedUnit, items: Readonly<Record<string, number>>): boolean {
  const kinds = Object.entries(items).filter(([item]) => item !== 'unrecognized').map(([item, count]) => [Number(item.slice(4)), count] as const);
  if (kinds.some(([denominationMinor]) => (unit.denominationMinor ?? denominationMinor) !== denominationMinor)) return false;
  setInitial(unit, new Map(kinds));
  return true;
}

/** No note moves: only what is counted does. @param by  above or below what was counted */
export function miscount(unit: CountedUnit, denominationMinor: number, by: number): void {
  if (by > 0) add(unit.initial, denominationMinor, by);
  else add(unit.out.unknown, denominationMinor, -by);
}

/** By its counters, right or wrong. */
export function countedIn({ initial, in: came, out }: CountedUnit): number {
  const sum = (tallies: Readonly<Record<string, Tally>>) => Object.values(tallies).reduce((all, tally) => all + total(tally), 0);
  return total(initial) + sum(came) - sum(out);
}

/** As the wire has it. */
export function wireCounts(tally: Tally, level: 'fit' | 'counterfeit' = 'fit'): object {
  return Object.fromEntries([...tally].filter(([, count]) => count > 0).map(([denominationMinor, count]) => [typeOf(denominationMinor), { [level]: count }]));
}

/** GetBankNoteTypes. */
export function noteTypes(denominationsMinor: readonly number[], currency: string, isEnabled: (denominationMinor: number) => boolean): object {
  return { items: Object.fromEntries(denominationsMinor.map((denominationMinor) => [typeOf(denominationMinor), { cashItem: { noteID: denominationMinor, currency, value: denominationMinor / 100 }, enabled: isEnabled(denominationMinor) }])) };
}

/** One unit of GetStorage. */
export function tellUnit(unit: CountedUnit, { currency, level, configuration = {}, capacity }: { readonly currency: string; readonly level: string; readonly configuration?: object; readonly capacity?: number }): object {
  const filled = (tallies: Readonly<Record<string, Tally>>) => Object.fromEntries(Object.entries(tallies).filter(([, tally]) => total(tally) > 0).map(([role, tally]) => [role, wireCounts(tally)]));
  const { types, denominationMinor, initial, isInitialTold } = unit;
  return {
    status: unit.status, ...(capacity === undefined ? {} : { capacity }),
    cash: {
      configuration: { types, ...(denominationMinor === null ? {} : { currency, value: denominationMinor / 100, cashItems: [typeOf(denominationMinor)] }), ...configuration },
      status: { index: unit.index, ...(isInitialTold ? { initial: total(initial) === 0 ? { unrecognized: 0 } : wireCounts(initial) } : {}), in: { ...filled(unit.in), ...(types['cashOutRetract'] === true ? { retractOperations: unit.retractOperations } : {}) }, out: filled(unit.out), accuracy: unit.isAccurate ? 'accurate' : 'inaccurate', replenishmentStatus: level },
    },
  };
}

const typeOf = (denominationMinor: number) => `type${denominationMinor}`;
const total = (tally: Tally) => [...tally.values()].reduce((sum, count) => sum + count, 0);
