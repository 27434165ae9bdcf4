import { z } from 'zod';

/** Majors that this client speaks; 2 where nothing else is said. [xfs4iot §1.7, §2 to §12] */
const SPOKEN: Readonly<Record<string, number>> = { 'CashDispenser.Denominate': 3, 'CashDispenser.Dispense': 3, 'CardReader.ChipIO': 3, 'Printer.PrintRaw': 3, 'Printer.PrintForm': 3, 'Printer.ControlMedia': 3, 'Printer.RetractMedia': 3, 'Lights.SetLight': 3, 'KeyManagement.ImportKey': 3 };
const SPOKEN_OTHERWISE = 2;

export const capabilitiesSchema = z.looseObject({
  interfaces: z.array(z.looseObject({ name: z.string(), commands: z.record(z.string(), z.looseObject({ versions: z.array(z.string()).max(20) })).nullish(), maximumRequests: z.number().nullish() })).max(60),
  common: z
    .looseObject({
      serviceVersion: z.string().nullish(),
      deviceInformation: z.array(z.looseObject({ modelName: z.string().nullish(), serialNumber: z.string().nullish(), revisionNumber: z.string().nullish(), firmware: z.array(z.looseObject({ firmwareName: z.string().nullish(), firmwareVersion: z.string().nullish() })).nullish() })).nullish(),
      endToEndSecurity: z.looseObject({ commands: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
export type Capabilities = z.infer<typeof capabilitiesSchema>;

/** The service's own words for the version of each command, as far as we speak it. */
export class Versions {
  readonly #listed = new Map<string, readonly string[]>();

  constructor(capabilities: Capabilities) {
    for (const { commands } of capabilities.interfaces) for (const [name, { versions }] of Object.entries(commands ?? {})) this.#listed.set(name, versions);
  }

  /** What goes into the header: the listed version of the major that we speak, else null: the service does not have it. */
  of(name: string): string | null {
    const major = SPOKEN[name] ?? SPOKEN_OTHERWISE;
    return (this.#listed.get(name) ?? []).filter((version) => majorOf(version) === major).at(-1) ?? null;
  }

  /** Where a service speaks several majors it must be told which. */
  toSet(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#listed].filter(([name, versions]) => new Set(versions.map(majorOf)).size > 1 && this.of(name) !== null).map(([name]) => [name, SPOKEN[name] ?? SPOKEN_OTHERWISE]));
  }
}

export function hasInterface(capabilities: Capabilities, name: string): boolean {
  // Services differ in the case of the first letter. [xfs4iot §14.5]
  return capabilities.interfaces.some((each) => each.name.toLowerCase() === name.toLowerCase());
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}
