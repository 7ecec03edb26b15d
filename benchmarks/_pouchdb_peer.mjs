// PouchDB on LevelDB, replicated over HTTP to express-pouchdb on LevelDB and from there to another database, as a peer to
// be timed: `node _pouchdb_peer.mjs FOLDER`, where FOLDER holds the packages pouchdb-node, express-pouchdb and express.
//
// A line that is a number has so many new documents written to one database; one that says `sync` has them replicated to
// the server and from there to another database, 1,000 at a time. Each is answered by a line when it is done.
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve, sep } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const BATCH = 1000
const WORDS = 'needle site rotated dose dialled pen primed bag emptied valve skin intact dressing clean'.split(' ')
const [folder, kept] = process.argv.slice(2)
const load = createRequire(join(resolve(folder), 'packages.js'))
const PouchDB = load('pouchdb-node')

function serve() {
  const app = load('express')()
  const databases = PouchDB.defaults({ prefix: kept + sep })
  const answering = load('express-pouchdb')(databases, {
    mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: join(kept, 'log'),
  })
  app.use('/', answering)
  const listening = app.listen(0, '127.0.0.1', () => console.log(listening.address().port))
}

function words(count) {
  return Array.from({ length: count }, () => WORDS[Math.floor(Math.random() * WORDS.length)]).join(' ')
}

function documents(count) {
  return Array.from({ length: count }, (_, at) => (
    { _id: randomUUID(), day: '2026-11-17', step: at % 30, nurse: at % 40, note: words(60) }
  ))
}

async function exchange() {
  const place = mkdtempSync(join(tmpdir(), 'peer-'))
  mkdirSync(join(place, 'server'))
  const server = spawn(
    process.execPath, [fileURLToPath(import.meta.url), folder, join(place, 'server')],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    const port = await new Promise(heard => server.stdout.once('data', data => heard(Number(data))))
    const [a, b] = ['a', 'b'].map(name => new PouchDB(join(place, name)))
    const between = new PouchDB(`http://127.0.0.1:${port}/records`)
    await between.info()
    let made = 0
    console.log(`PouchDB ${PouchDB.version}`)
    for await (const line of createInterface({ input: process.stdin })) {
      if (line === 'sync') {
        const up = await a.replicate.to(between, { batch_size: BATCH })
        const down = await b.replicate.from(between, { batch_size: BATCH })
        if (up.docs_written !== made || down.docs_written !== made) throw new Error('not all has come')
      } else {
        made = Number(line)
        for (let left = made; left > 0; left -= BATCH) await a.bulkDocs(documents(Math.min(left, BATCH)))
      }
      console.log('done')
    }
  } finally {
    server.kill()
    rmSync(place, { recursive: true, force: true })
  }
}

await (kept ? serve() : exchange())
