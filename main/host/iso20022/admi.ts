import { integer, list, nullable, object, readFields, text } from './ext-body.ts';
import type { Mappings, MessageMapping } from './message-mapping.ts';
import { requiredTextAt } from './xml-tree.ts';
import { element, leaf } from './xml-writer.ts';

/** Static data: the catalogue of providers by admi.009/010. [MAPPING §5] */
const CATALOGUE = 'CATALOGUE';

const trilingual = object({ kk: text, ru: text, en: text });
const providerField = object({ key: text, label: trilingual, mask: text, pattern: text, example: text, keypad: text });
const catalogue = object({
  version: integer,
  categories: list(object({ categoryId: text, name: trilingual, icon: text })),
  providers: list(object({ providerId: text, categoryId: text, name: trilingual, fields: list(providerField), minMinor: integer, maxMinor: integer, purposeCode: text })),
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
