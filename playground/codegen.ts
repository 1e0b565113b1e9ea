import type { CodegenConfig } from '@graphql-codegen/cli';

// Types and ids of the console's documents. The ids are the SHA-256 of the documents' bytes, as the server computes them.
const config: CodegenConfig = {
  schema: '../schema.graphql',
  documents: 'src/console/api/documents/*.graphql',
  generates: {
    'src/console/api/gql/': {
      preset: 'client',
      presetConfig: {
        fragmentMasking: false,
        persistedDocuments: { mode: 'replaceDocumentWithHash', hashAlgorithm: 'sha256', hashPropertyName: 'documentId' },
      },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        skipTypename: true,
        scalars: { DateTime: 'string', EmailAddress: 'string', Long: 'number', JSON: 'unknown' },
        documentMode: 'string',
      },
    },
  },
};
export default config;
