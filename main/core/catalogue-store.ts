import type { Catalogue, Provider } from '../contracts/host-operations.ts';
import { catalogueSchema } from '../contracts/host-operations.ts';
import type { Language } from '../contracts/languages.ts';
import type { Log } from '../foundation/log.ts';
import type { Journal } from '../journal/journal.ts';
import type { HostGateway } from './host/host-gateway.ts';

const FACT = 'catalogue';
export const PROVIDERS_PER_PAGE = 6;
const EMPTY: Catalogue = { version: 1, categories: [], providers: [] };

/** The provider catalogue: pulled from the host, kept durably, searched in the customer's language. */
export class CatalogueStore {
  readonly #journal: Journal;
  readonly #log: Log;
  #catalogue: Catalogue;

  constructor(journal: Journal, log: Log) {
    this.#journal = journal;
    this.#log = log;
    const kept = journal.fact(FACT);
    const parsed = kept === undefined ? undefined : catalogueSchema.safeParse(JSON.parse(kept));
    this.#catalogue = parsed?.success === true ? parsed.data : EMPTY;
  }

  get current(): Catalogue {
    return this.#catalogue;
  }

  /** Asks the host for a newer one; keeps what there is when it has none or cannot be asked. */
  async sync(gateway: HostGateway): Promise<void> {
    const haveVersion = this.#catalogue.providers.length === 0 ? 0 : this.#catalogue.version;
    const outcome = await gateway.ask('catalogue.sync', { haveVersion }, { operationId: null, sessionId: null, language: 'ru' });
    if (outcome.kind !== 'answered' || outcome.answer.outcome !== 'approved' || outcome.answer.body.catalogue === null) return;
    const { catalogue } = outcome.answer.body;
    const kept = this.#journal.commit({ facts: { [FACT]: JSON.stringify(catalogue) } });
    if (!kept.ok) this.#log.error('jnl.catalogue.unrecorded', { code: kept.error.code });
    this.#catalogue = catalogue;
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
