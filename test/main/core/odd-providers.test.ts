/**
 * Goal: one provider or category that the bank describes oddly is left out of its new catalogue, said aloud, and never served by what was known of it before; all others are served.
 * Method: catalogues as the bank may send them, through the real codec and into the store of a terminal on virtual time.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OfferedCatalogue } from '../../../main/contracts/host-operations.ts';
import { CatalogueStore } from '../../../main/core/catalogue-store.ts';
import type { HostGateway } from '../../../main/core/host/host-gateway.ts';
import { judgeCatalogue } from '../../../main/core/offered-catalogue.ts';
import { SAMPLE_CATALOGUE } from '../../../simulators/bank-host/sample-catalogue.ts';
import { hostAnswer } from '../../support/host-answer-writer.ts';
import { sampleHeader, sampleRequests } from '../../support/host-samples.ts';
import { createTestCodec } from '../../support/host-test-codec.ts';
import { DeskWorld } from '../../support/virtual-desk.ts';

const { codec, pki } = createTestCodec();
const SECOND = /<providers>.*<\/providers>/.exec(Buffer.from(signed((text) => text)).toString())![0].replace('P-0042', 'P-0043');

function signed(edit: (text: string) => string): Uint8Array {
  const asked = codec.encodeRequest({ operation: 'catalogue.sync', header: sampleHeader, body: sampleRequests['catalogue.sync'] });
  if (!asked.ok) throw new Error(asked.error.detail);
  return hostAnswer({ operation: 'catalogue.sync', header: sampleHeader, digest: asked.value.digest, edit }, pki.hostSign);
}

/** The sample's provider beside one of which the text is edited. */
function offered(edit: (provider: string) => string, editWhole: (text: string) => string = (text) => text): OfferedCatalogue {
  const bytes = signed((text) => editWhole(text.replace('</providers></catalogue>', () => `</providers>${edit(SECOND)}</catalogue>`)));
  const asked = codec.encodeRequest({ operation: 'catalogue.sync', header: sampleHeader, body: sampleRequests['catalogue.sync'] });
  const answer = codec.decodeAnswer('catalogue.sync', bytes, { header: sampleHeader, digest: asked.ok ? asked.value.digest : '' });
  if (!answer.ok) throw new Error(answer.error.detail);
  if (answer.value.outcome !== 'approved' || answer.value.body.catalogue === null) throw new Error('no catalogue');
  return answer.value.body.catalogue;
}

describe('a catalogue as it comes over the line', () => {
  const put = (name: string, value: string) => (provider: string) => provider.replace(new RegExp(`<${name}>[^<]*</${name}>`), () => `<${name}>${value}</${name}>`);

  it('is taken whole where nothing is odd', () => {
    expect(judgeCatalogue(offered((provider) => provider))).toMatchObject({ catalogue: { version: 8, providers: [{ providerId: 'P-0042' }, { providerId: 'P-0043', minMinor: 10_000 }] }, leftOut: [] });
  });

  it.each([
    ['an id that no document carries', put('providerId', 'x'.repeat(70)), 'providerId'],
    ['no id', put('providerId', ''), 'providerId'],
    ['an element that is not there', (provider: string) => provider.replace(/<purposeCode>.*<\/purposeCode>/, ''), 'purposeCode'],
    ['no field', (provider: string) => provider.replace(/<fields>.*<\/fields>/, ''), 'fields'],
    ['seven fields', (provider: string) => provider.replace(/(<fields>.*<\/fields>)/, (field: string) => Array.from({ length: 7 }, (_, index) => field.replace('>phone<', `>f${index}<`)).join('')), 'fields'],
    ['two fields of one key', (provider: string) => provider.replace(/(<fields>.*<\/fields>)/, '$1$1'), 'two fields of one key'],
    ['a key that is none', put('key', 'Ф'), 'fields.0.key'],
    ['a pattern that is none', put('pattern', '(?=7)'), 'fields.0.pattern'],
    ['a sum below zero', put('minMinor', '-1'), 'minMinor'],
    ['a sum that is no number', put('maxMinor', 'a lot'), 'maxMinor'],
    ['a smallest sum above the largest', put('minMinor', '10000001'), 'a smallest sum above the largest'],
    ['no name in one language', (provider: string) => provider.replace(/<en>[^<]*<\/en>/, ''), 'name.en'],
    ['a name that no receipt has room for', put('ru', 'Ж'.repeat(121)), 'name.ru'],
  ] as const)('leaves out the provider with %s, and no other', (_, edit, why) => {
    const { catalogue, leftOut } = judgeCatalogue(offered(edit));
    expect(catalogue.providers.map(({ providerId }) => providerId)).toEqual(['P-0042']);
    expect(leftOut).toHaveLength(1);
    expect(leftOut[0]!.why).toContain(why);
  });

  it('leaves out both of one id: whose rules hold is nobody’s guess', () => {
    const { catalogue, leftOut } = judgeCatalogue(offered(put('providerId', 'P-0042')));
    expect([catalogue.providers, leftOut.map(({ providerId }) => providerId)]).toEqual([[], ['P-0042', 'P-0042']]);
  });

  describe('of which one category is odd', () => {
    const MOBILE = /<categories>.*<\/categories>/.exec(Buffer.from(signed((text) => text)).toString())![0];
    const categories = (edit: (category: string) => string) => judgeCatalogue(offered((provider) => provider, (text) => text.replace(MOBILE, () => `${MOBILE}${edit(MOBILE.replace('>mobile<', '>house<'))}`)));

    it.each([
      ['no name in one language', (category: string) => category.replace(/<en>[^<]*<\/en>/, ''), 'category house', 'name.en'],
      ['a name that no tile has room for', put('ru', 'Ж'.repeat(121)), 'category house', 'name.ru'],
      ['no icon', (category: string) => category.replace(/<icon>.*<\/icon>/, ''), 'category house', 'icon'],
      ['no id', put('categoryId', ''), 'category ', 'categoryId'],
    ] as const)('leaves it out with %s, and no provider', (_, edit, providerId, why) => {
      expect(categories(edit)).toMatchObject({ catalogue: { categories: [{ categoryId: 'mobile' }], providers: [{ providerId: 'P-0042' }, { providerId: 'P-0043' }] }, leftOut: [{ providerId, why: expect.stringContaining(why) as string }] });
    });

    it('leaves out both of one id, and what the screen has no room for', () => {
      expect(categories(put('categoryId', 'mobile'))).toMatchObject({ catalogue: { categories: [] }, leftOut: [{ providerId: 'category mobile' }, { providerId: 'category mobile' }] });
      const many = (category: string) => Array.from({ length: 40 }, (_, index) => category.replace('>house<', `>c${index}<`)).join('');
      const { catalogue, leftOut } = categories(many);
      expect([catalogue.categories.length, leftOut]).toEqual([40, [{ providerId: 'category c39', why: 'more than 40 categories' }]]);
    });
  });

  it('is refused whole where it is no catalogue', () => {
    expect(() => offered((provider) => provider.replace('<minMinor>', '<minMinor>1</minMinor><minMinor>'))).toThrow();
    expect(() => offered(() => '<stranger></stranger>')).toThrow();
  });
});

describe('a terminal whose bank describes a provider oddly', () => {
  let world: DeskWorld;
  let asked: number[];
  beforeEach(async () => {
    world = new DeskWorld({ hasOperatorKey: true });
    asked = [];
    await world.boot();
  });
  afterEach(() => world.stop());

  /** The bank's next catalogue. */
  const says = (catalogue: OfferedCatalogue | null): HostGateway => ({
    ask: (_operation: string, { haveVersion }: { readonly haveVersion: number }) => {
      asked.push(haveVersion);
      return Promise.resolve({ kind: 'answered', messageId: 'm', answer: { outcome: 'approved', hostRef: 'B', hostTimeUtcMs: 0, businessDay: '2026-04-27', body: { catalogue } } });
    },
  }) as unknown as HostGateway;
  const oddOf = (version: number): OfferedCatalogue => ({ ...SAMPLE_CATALOGUE, version, providers: SAMPLE_CATALOGUE.providers.map((provider) => (provider.providerId === 'p-water' ? { ...provider, purposeCode: 'water' } : provider)) });
  const troubles = async () => {
    world.switches.control({ do: 'turnKey', on: true });
    await world.until('service-login');
    return world.data('service-login').troubles;
  };

  it('serves all others and not this one by what was known of it before; says so in the journal and in service mode until it is described well', async () => {
    const { catalogue } = world.parts;
    expect(catalogue.provider('p-water')).not.toBeNull();
    await catalogue.sync(says(oddOf(2)));
    expect([catalogue.current.version, catalogue.provider('p-water'), catalogue.provider('p-sewer')?.providerId, catalogue.current.providers.length]).toEqual([2, null, 'p-sewer', SAMPLE_CATALOGUE.providers.length - 1]);
    expect(world.dataOf('catalogue.leftOut')).toMatchObject([{ version: 2, count: 1, providers: [{ providerId: 'p-water', why: expect.stringContaining('purposeCode') as string }] }]);
    await catalogue.sync(says(SAMPLE_CATALOGUE));
    await catalogue.sync(says({ ...SAMPLE_CATALOGUE, version: 4 }));
    expect(world.dataOf('catalogue.leftOut').slice(1)).toEqual([{ version: 1, count: 0, providers: [] }]);
    expect(catalogue.provider('p-water')).not.toBeNull();
  });

  it('asks for the whole catalogue once a start as long as somebody is left out, and says the same thing once', async () => {
    await world.parts.catalogue.sync(says(oddOf(2)));
    const next = new CatalogueStore(world.journal, world.parts.log);
    expect(next.leftOut).toMatchObject([{ providerId: 'p-water' }]);
    await next.sync(says(oddOf(2)));
    await next.sync(says(null));
    expect(asked).toEqual([1, 0, 2]);
    expect(world.dataOf('catalogue.leftOut')).toHaveLength(1);
    expect(next.provider('p-water')).toBeNull();
  });

  it('shows it to whoever turns the key', async () => {
    await world.parts.catalogue.sync(says(oddOf(2)));
    expect(await troubles()).toMatchObject([{ code: 'HST_PROVIDER_ODD', detail: expect.stringContaining('version 2: p-water') as string }]);
  });
});

it('a catalogue that did not come with the sign-on comes while the line holds', async () => {
  const world = new DeskWorld();
  world.arm('refusal', 'catalogue.sync', { refusal: 'RF-24', times: 1 });
  await world.until('attract');
  await world.when(() => world.parts.gateway.isLinkUp, 'the link is up');
  expect(world.parts.catalogue.current.providers).toEqual([]);
  await world.when(() => world.parts.catalogue.current.providers.length > 0, 'the catalogue came', 900_000);
  await world.stop();
});
