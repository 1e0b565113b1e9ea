// The package ships this module without declarations.
declare module 'graphiql/setup-workers/vite';
