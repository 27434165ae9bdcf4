import { z } from 'zod';
import type { Catalogue, Provider } from '../contracts/host-operations.ts';
import { catalogueSchema } from '../contracts/host-operations.ts';
import type { Language } from '../contracts/languages.ts';
import type { Log } from '../foundation/log.ts';
import type { Journal } from '../journal/journal.ts';
import { entry } from '../journal/journal.ts';
import type { HostGateway } from './host/host-gateway.ts';
import type { LeftOut } from './offered-catalogue.ts';
import { judgeCatalogue, leftOutSchema } from './offered-catalogue.ts';

const FACT = 'catalogue';
export const PROVIDERS_PER_PAGE = 6;
/** Of more the journal has the number. */
const LEFT_OUT_NAMED_MAX = 20;
const EMPTY: Kept = { version: 1, categories: [], providers: [], leftOut: [] };

/** `leftOut`: of this version, named ones only. Catalogues kept by older versions have none. */
const keptSchema = catalogueSchema.extend({ leftOut: z.array(leftOutSchema).default([]) });
type Kept = z.infer<typeof keptSchema>;

/** The provider catalogue: pulled from the host, kept durably, searched in the customer's language. */
export class CatalogueStore {
  readonly #journal: Journal;
  readonly #log: Log;
  #catalogue: Kept;
  /** What this software does not take an earlier or later one may: whoever was left out is asked for anew once a start. */
  #isWholeWanted: boolean;

  constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
    const kept = journal.fact(FACT);
    const parsed = kept === undefined ? undefined : keptSchema.safeParse(JSON.parse(kept));
    this.#catalogue = parsed?.success === true ? parsed.data : EMPTY;
    this.#isWholeWanted = this.#catalogue.leftOut.length > 0;
  }

  get current(): Catalogue {
    return this.#catalogue;
  }

  /** Providers and categories of the current version that cannot be shown as the bank describes them, as many as are named. */
  get leftOut(): readonly LeftOut[] {
    return this.#catalogue.leftOut;
  }

  /** null: none that anybody could be served from. */
  get haveVersion(): number | null {
    return this.#catalogue.providers.length === 0 ? null : this.#catalogue.version;
  }

  /** Asks the host for a newer one; keeps what there is when it has none or cannot be asked. */
  async sync(gateway: HostGateway): Promise<void> {
    const haveVersion = this.#isWholeWanted ? 0 : (this.haveVersion ?? 0);
    const outcome = await gateway.ask('catalogue.sync', { haveVersion }, { operationId: null, sessionId: null, language: 'ru' });
    if (outcome.kind !== 'answered' || outcome.answer.outcome !== 'approved') return;
    this.#isWholeWanted = false;
    if (outcome.answer.body.catalogue === null) return;
    const { catalogue, leftOut } = judgeCatalogue(outcome.answer.body.catalogue);
    const before = this.#catalogue;
    this.#catalogue = { ...catalogue, leftOut: leftOut.slice(0, LEFT_OUT_NAMED_MAX) };
    const isSaidBefore = JSON.stringify([before.version, before.leftOut]) === JSON.stringify([catalogue.version, this.leftOut]) || (before.leftOut.length === 0 && leftOut.length === 0);
    if (leftOut.length > 0) this.#log.error('hst.catalogue.leftOut', { code: 'HST_PROVIDER_ODD', version: catalogue.version, count: leftOut.length, providers: this.leftOut.map(({ providerId }) => providerId).join(' ') });
    const kept = this.#journal.commit({
      entries: isSaidBefore ? [] : [entry('catalogue.leftOut', { version: catalogue.version, count: leftOut.length, providers: this.#catalogue.leftOut })],
      facts: { [FACT]: JSON.stringify(this.#catalogue) },
    });
    if (!kept.ok) this.#log.error('jnl.catalogue.unrecorded', { code: kept.error.code });
  }

  provider(providerId: string): Provider | null {
    return this.#catalogue.providers.find((provider) => provider.providerId === providerId) ?? null;
  }

  /** Providers of a category (null: all) whose name holds the query, in the order of the names. */
  search(wish: { readonly categoryId: string | null; readonly query: string; readonly language: Language }): readonly Provider[] {
    const query = wish.query.trim().toLocaleLowerCase(wish.language);
    return this.#catalogue.providers
      .filter((provider) => wish.categoryId === null || provider.categoryId === wish.categoryId)
      .filter((provider) => query === '' || Object.values(provider.name).some((name) => name.toLocaleLowerCase(wish.language).includes(query)))
      .toSorted((left, right) => left.name[wish.language].localeCompare(right.name[wish.language], wish.language));
  }
}
