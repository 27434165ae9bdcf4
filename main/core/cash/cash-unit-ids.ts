/** Names of the cash units in the journal. */
export const BOX_UNIT = 'acceptor.box';
/** Coins that were accepted; there is no other place for them. */
export const COIN_BOX_UNIT = 'coinAcceptor.box';
export const REJECT_UNIT = 'dispenser.reject';
/** Notes that left a cassette and are neither out nor in the tray: they lie in the path until somebody counts. */
export const TRANSPORT_UNIT = 'dispenser.transport';
/** Notes that left a unit of the recycler and are neither out nor counted in its box: they lie in its path or box until the box is taken away and counted. */
export const RECYCLER_TRANSPORT_UNIT = 'acceptor.transport';
/** No unit: where notes go that staff take out of the terminal. */
export const OUTSIDE = 'outside';
/** Cassette numbers from here on are units of the recycler, in the order of the configuration: 101 is its first. */
export const RECYCLER_CASSETTE_BASE = 100;
export const recyclerCassette = (index: number): number => RECYCLER_CASSETTE_BASE + 1 + index;
/** Cassette numbers from here on are hoppers, in the order of the configuration: 201 is the first. */
export const HOPPER_CASSETTE_BASE = 200;
export const hopperCassette = (index: number): number => HOPPER_CASSETTE_BASE + 1 + index;
export const hopperIndex = (cassetteNumber: number): number => cassetteNumber - hopperCassette(0);
export const isHopperCassette = (cassetteNumber: number): boolean => cassetteNumber > HOPPER_CASSETTE_BASE;
export const isRecyclerCassette = (cassetteNumber: number): boolean => cassetteNumber > RECYCLER_CASSETTE_BASE && cassetteNumber <= HOPPER_CASSETTE_BASE;
/** Of a dispenser, also one that the configuration no longer names; not its reject bin or path. */
export const isCassette = (unitId: string): boolean => /^dispenser\.\d+$/.test(unitId);
export const isHopper = (unitId: string): boolean => /^coinDispenser\.\d+$/.test(unitId);
/** Of a recycler, also one that the configuration no longer names. */
export const isRecyclerUnit = (unitId: string): boolean => unitId.startsWith('recycler.');
/** Of the dispenser itself, not of a recycler or hopper beside it. */
export const isDispenserCassette = (cassetteNumber: number): boolean => cassetteNumber <= RECYCLER_CASSETTE_BASE;
export const cassetteUnit = (cassetteNumber: number): string => (isHopperCassette(cassetteNumber) ? `coinDispenser.${cassetteNumber - HOPPER_CASSETTE_BASE}` : isRecyclerCassette(cassetteNumber) ? `recycler.${cassetteNumber - RECYCLER_CASSETTE_BASE}` : `dispenser.${cassetteNumber}`);
/** Where picked notes lie that were not handed out: a recycler brings them to its cash box. */
export const rejectUnit = (cassetteNumber: number): string => (isRecyclerCassette(cassetteNumber) ? BOX_UNIT : REJECT_UNIT);
/** Where picked notes lie that went nowhere. */
export const transportUnit = (cassetteNumber: number): string => (isRecyclerCassette(cassetteNumber) ? RECYCLER_TRANSPORT_UNIT : TRANSPORT_UNIT);
