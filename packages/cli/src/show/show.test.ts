import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { blank, fields, heading, indented, layout, line, remedy, text } from './blocks.ts'
import { plain, plainJson, widthOf } from './plain.ts'
import { listed, table } from './table.ts'
import { span, timesOf } from './times.ts'
import { bad, good, quiet } from './words.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come out
const commands = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u

const rows = [
  { name: 'web', truth: 'new', why: 'safe', where: 'eu-1' },
  {
    name: 'retry worker',
    truth: 'mixed',
    why: 'retry-1 of retry worker still holds version 3, and nobody knows why',
    where: 'us-east-2',
  },
]
const columns = [
  { title: 'consumer', cell: (row: (typeof rows)[0]) => row.name },
  { title: 'where', cell: (row: (typeof rows)[0]) => row.where, drop: 1 },
  {
    title: 'truth',
    cell: (row: (typeof rows)[0]) => (row.truth === 'new' ? good(row.truth) : bad(row.truth)),
  },
  { title: 'why', cell: (row: (typeof rows)[0]) => row.why, least: 20 },
]

describe('what is shown', () => {
  test('nothing that another named moves the cursor, colours, turns the direction round or hides itself', () => {
    assert.equal(
      plain('a\x1b[31mb\nc\u202ed\u200be\u0085f\u{e0041}'),
      'a\\e[31mb\\nc\\u{202e}d\\u{200b}e\\x85f\\u{e0041}',
    )
    // Names of other scripts, and pictures, are what they are.
    for (const name of ['日本語', 'نام', 'é', '👩‍💻', 'Zoë']) assert.equal(plain(name), name)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 20, max: 200 }), (name, width) => {
        const shown = [
          heading(name),
          line([name, good(name)]),
          fields([[name, name]]),
          text(name),
          remedy(name),
        ]
        const more = [
          table([name], [{ title: 'a', cell: one => one, least: 10 }]),
          indented([listed([name], [{ cell: one => one }])]),
        ]
        for (const one of layout([...shown, ...more], { width, hasColour: false }))
          assert.doesNotMatch(one, commands)
      }),
    )
  })

  test('JSON is the same value, with nothing in it that a terminal would obey', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, name) => {
        const whole = { value, [name]: name }
        const shown = plainJson(JSON.stringify(whole))
        assert.deepEqual(JSON.parse(shown), JSON.parse(JSON.stringify(whole)))
        assert.doesNotMatch(shown, commands)
      }),
    )
  })

  test('a table is never wider than the terminal, and no cell is cut off', () => {
    for (let width = 24; width <= 140; width++) {
      const shown = layout([table(rows, columns)], { width, hasColour: false })
      for (const one of shown) assert.ok(widthOf(one) <= width, `${width}: ${one}`)
      const words = shown.join(' ').split(/\s+/)
      for (const word of rows.flatMap(row => [row.name, row.truth, row.why].join(' ').split(' ')))
        assert.ok(words.includes(word), `${word} at ${width}`)
    }
  })

  test('where it is too narrow, what may be is wrapped, then what matters least is left out, then each is told below the other', () => {
    const at = (width: number) => layout([table(rows, columns)], { width, hasColour: false })
    assert.deepEqual(at(60), [
      'CONSUMER      WHERE      TRUTH  WHY',
      'web           eu-1       new    safe',
      'retry worker  us-east-2  mixed  retry-1 of retry worker',
      '                                still holds version 3, and',
      '                                nobody knows why',
    ])
    assert.deepEqual(at(44)[0], 'CONSUMER      TRUTH  WHY')
    assert.deepEqual(at(30).slice(0, 4), [
      'consumer  web',
      'where     eu-1',
      'truth     new',
      'why       safe',
    ])
  })

  test('what takes two columns counts as two', () => {
    const wide = [{ name: '日本語' }, { name: 'abc' }]
    const shown = layout(
      [
        table(wide, [
          { title: 'name', cell: one => one.name },
          { title: 'x', cell: () => 'x' },
        ]),
      ],
      {
        width: 40,
        hasColour: false,
      },
    )
    assert.deepEqual(shown, ['NAME    X', '日本語  x', 'abc     x'])
  })

  test('with colours the same stands in the same places', () => {
    const blocks = [
      heading('Title'),
      blank,
      table(rows, columns),
      fields([['owner', [good('Alice'), quiet(' of us')]]]),
      line(bad('a '.repeat(50))),
    ]
    for (const width of [30, 50, 80]) {
      const bare = layout(blocks, { width, hasColour: false })
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are our own
      const coloured = layout(blocks, { width, hasColour: true }).map(one => one.replace(/\x1b\[\d*m/g, ''))
      assert.deepEqual(
        coloured.map(one => one.trimEnd()),
        bare.map(one => one.trimEnd()),
      )
    }
  })

  test('a column without anything in it is left out where it may be', () => {
    const shown = layout(
      [
        table(
          [{ a: 'x' }],
          [
            { title: 'a', cell: one => one.a },
            { title: 'b', cell: () => '', drop: 1 },
          ],
        ),
      ],
      {
        width: 80,
        hasColour: false,
      },
    )
    assert.deepEqual(shown, ['A', 'x'])
  })
})

describe('times', () => {
  const noon = Date.UTC(2026, 2, 1, 12)

  test('are local, or UTC where that is asked for, and say how near they are', t => {
    const before = process.env['TZ']
    t.after(() => {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    })
    process.env['TZ'] = 'Asia/Tokyo'
    assert.equal(timesOf(noon, false).at(noon), '2026-03-01 21:00')
    assert.equal(timesOf(noon, true).at(noon), '2026-03-01 12:00 UTC')
    assert.equal(timesOf(noon, true).both(noon + 3 * 3_600_000), '2026-03-01 15:00 UTC (in 3 h)')
    assert.equal(
      timesOf(noon, false).said('quiet is reached at 2026-03-01T15:30:10.123Z (2 h in all)'),
      'quiet is reached at 2026-03-02 00:30:10 (2 h in all)',
    )
  })

  test('lengths have two parts at the most', () => {
    const lengths = [0, 4, 999, 1_500, 45_000, 90_000, 7_200_000, 9_000_000, 93_600_000, 30 * 86_400_000]
    const told = ['0 ms', '4 ms', '999 ms', '1.5 s', '45 s', '90 s', '2 h', '2 h 30 min', '1 d 2 h', '30 d']
    assert.deepEqual(lengths.map(span), told)
    const times = timesOf(noon, true)
    assert.deepEqual(
      [-90_000, 0, 60_000].map(ms => times.near(noon + ms)),
      ['90 s ago', 'now', 'in 60 s'],
    )
  })
})
