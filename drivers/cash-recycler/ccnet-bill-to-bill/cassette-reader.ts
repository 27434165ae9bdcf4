import type { KnownBillType } from '../../ccnet-family/bill-types.ts';
import { decodeCassettes } from '../../ccnet-family/cassette-codec.ts';
import type { CcnetRequests } from '../../ccnet-family/requests.ts';
import { CassetteTable } from './cassettes.ts';

/** RECYCLING CASSETTE STATUS, asked so that only counts of now are believed. [ccnet §6, 3B] */
export class CassetteReader {
  readonly #requests: CcnetRequests;
  readonly #billTypes: () => readonly KnownBillType[];
  #cassetteCount: number | null = null;

  constructor(options: { readonly requests: CcnetRequests; readonly billTypes: () => readonly KnownBillType[] }) {
    this.#requests = options.requests;
    this.#billTypes = options.billTypes;
  }

  /** How many cassettes there are, from now on. @returns false when the unit does not say */
  async begin(): Promise<boolean> {
    this.#cassetteCount = null;
    const cassettes = decodeCassettes((await this.#ask()) ?? Buffer.alloc(0));
    this.#cassetteCount = cassettes?.length ?? null;
    return cassettes !== null;
  }

  /** Twice, the same: a reply overtaken by our time-out could be older than it looks. null: no usable answer */
  async read(): Promise<CassetteTable | null> {
    const first = await this.#ask();
    const second = first === null ? null : await this.#ask();
    const cassettes = first === null || second === null || !first.equals(second) ? null : decodeCassettes(second);
    return cassettes === null ? null : new CassetteTable(cassettes, this.#billTypes());
  }

  async #ask(): Promise<Buffer | null> {
    const body = Buffer.from((await this.#requests.read({ command: 'recyclingCassetteStatus' })) ?? []);
    const cassettes = decodeCassettes(body);
    return cassettes === null || (this.#cassetteCount !== null && cassettes.length !== this.#cassetteCount) ? null : body;
  }
}
