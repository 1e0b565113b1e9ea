// PostGraphile 5 over the same tables, with its own query form: what its plan makes one statement of. It looks up no key, which is
// in its favour, and leaves to the client what Concierge decides (which limit counts, what the state is).
import { createServer } from 'node:http'
import { grafserv } from 'postgraphile/grafserv/node'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const [database, listen] = process.argv.slice(2)
const [host, port] = listen.split(':')
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: database, schemas: ['public'], poolConfig: { max: 20 } })],
  grafserv: { graphqlPath: '/graphql', graphiql: false, watch: false, websockets: false },
  grafast: { explain: false },
}
const pgl = postgraphile(preset)
if (listen === 'schema') {
  const { printSchema } = await import('postgraphile/graphql')
  console.log(printSchema(await pgl.getSchema()))
  process.exit(0)
}
const served = pgl.createServ(grafserv)
const server = createServer()
await served.addTo(server)
server.listen(Number(port), host)
