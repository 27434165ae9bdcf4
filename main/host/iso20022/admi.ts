import type { Reader } from './ext-body.ts';
import { integer, list, nullable, object, readFields, said, saidNumber } from './ext-body.ts';
import type { Mappings, MessageMapping } from './message-mapping.ts';
import { at, requiredTextAt } from './xml-tree.ts';
import { element, leaf } from './xml-writer.ts';

/** Static data: the catalogue of providers by admi.009/010. [MAPPING §5] */
const CATALOGUE = 'CATALOGUE';

/** Whether a provider or category can be served is judged one by one where the catalogue is kept. */
const saidNames: Reader<unknown> = (parent, name) => {
  const names = at(parent, name);
  return names === undefined ? undefined : readFields(names, { kk: said, ru: said, en: said });
};
const providerField = object({ key: said, label: saidNames, mask: said, pattern: said, example: said, keypad: said });
const catalogue = object({
  version: integer,
  categories: list(object({ categoryId: said, name: saidNames, icon: said })),
  providers: list(object({ providerId: said, categoryId: said, name: saidNames, fields: list(providerField), minMinor: saidNumber, maxMinor: saidNumber, purposeCode: said })),
});

const catalogueSync: MessageMapping<'catalogue.sync'> = {
  requestName: 'admi.009.001.02',
  answerName: 'admi.010.001.02',
  writeDocument: ({ header, body }) => element('StatcDataReq', [leaf('MsgId', header.messageId), element('DataReqDtls', [leaf('Tp', CATALOGUE), leaf('Key', String(body.haveVersion))])]),
  writeBody: () => ({}),
  readFacts: (document) => ({ originalMessageId: requiredTextAt(document, 'StatcDataRpt/RptDtls/ReqRef') }),
  readBody: (_, ext) => readFields(ext, { catalogue: nullable(catalogue) }),
};

export const staticDataMappings: Mappings<'catalogue.sync'> = { 'catalogue.sync': catalogueSync };
