// What a login may do that another may not, by effect: whatever way it came by a right, only the difference counts.
import type { RightsDiff } from '@rekey/core'
import type { Session } from './node.ts'

interface Difference {
  text: string
  of: 'old' | 'new'
}

/** Enough to see what is wrong; a login without its group would differ in everything. */
const most = 50

export async function differences(
  session: Session,
  old: string,
  fresh: string,
  group: string,
): Promise<RightsDiff> {
  const found = await session.query<Difference>(sql, [old, fresh, group, most])
  return {
    missing: found.filter(one => one.of === 'old').map(one => one.text),
    extra: found.filter(one => one.of === 'new').map(one => one.text),
  }
}

/** One row a kind of object: what is asked of it, and the functions that PostgreSQL answers with. */
const objects = [
  [
    'database',
    'pg_database',
    'd.datname',
    'has_database_privilege',
    ['CONNECT', 'CREATE', 'TEMPORARY'],
    'NOT d.datistemplate',
  ],
  [
    'schema',
    'pg_namespace',
    'd.nspname',
    'has_schema_privilege',
    ['USAGE', 'CREATE'],
    "d.nspname !~ '^pg_(toast|temp)'",
  ],
  [
    'table',
    'pg_class',
    'd.oid::regclass',
    'has_table_privilege',
    ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
    "d.relkind IN ('r', 'p', 'v', 'm', 'f')",
  ],
  [
    'sequence',
    'pg_class',
    'd.oid::regclass',
    'has_sequence_privilege',
    ['USAGE', 'SELECT', 'UPDATE'],
    "d.relkind = 'S'",
  ],
  ['function', 'pg_proc', 'd.oid::regprocedure', 'has_function_privilege', ['EXECUTE'], 'true'],
  ['language', 'pg_language', 'd.lanname', 'has_language_privilege', ['USAGE'], 'd.lanpltrusted'],
] as const

const effective = objects.map(
  ([kind, catalog, name, has, privileges, where]) => `
  SELECT format('%s on ${kind} %s', p, ${name}) AS text,
         CASE WHEN ${has}($1::name, d.oid, p) THEN 'old' ELSE 'new' END AS of
  FROM ${catalog} d CROSS JOIN unnest(ARRAY[${privileges.map(one => `'${one}'`).join(', ')}]) AS p
  WHERE ${where} AND ${has}($1::name, d.oid, p) <> ${has}($2::name, d.oid, p)`,
)

/** A role as a set of words: its attributes and settings, what it belongs to beyond its group, what it owns elsewhere. */
const words = (parameter: string) => `
  SELECT unnest(array_remove(ARRAY[
    CASE WHEN rolsuper THEN 'superuser' END,
    CASE WHEN rolcreaterole THEN 'the right to create roles' END,
    CASE WHEN rolcreatedb THEN 'the right to create databases' END,
    CASE WHEN rolreplication THEN 'the right to replicate' END,
    CASE WHEN rolbypassrls THEN 'the right to pass over row security' END,
    CASE WHEN NOT rolinherit THEN 'no rights of its groups before SET ROLE' END,
    CASE WHEN rolconnlimit >= 0 THEN 'a limit of ' || rolconnlimit || ' connections' END,
    CASE WHEN rolvaliduntil IS NOT NULL AND rolvaliduntil <> 'infinity' THEN 'an end at ' || rolvaliduntil END
  ], NULL)) FROM pg_roles WHERE rolname = ${parameter}::name
  UNION ALL
  SELECT 'the setting ' || one FROM pg_roles, unnest(rolconfig) AS one
    WHERE rolname = ${parameter}::name AND one NOT LIKE 'role=%'
  UNION ALL
  SELECT 'membership in ' || g.rolname FROM pg_roles g, pg_roles r
    WHERE r.rolname = ${parameter}::name AND g.oid <> r.oid AND NOT r.rolsuper
      AND pg_has_role(r.oid, g.oid, 'MEMBER') AND NOT pg_has_role($3::name, g.oid, 'MEMBER')
  UNION ALL
  SELECT CASE deptype WHEN 'o' THEN 'ownership in database ' ELSE 'grants of its own in database ' END || b.datname
    FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid JOIN pg_database b ON b.oid = s.dbid
    WHERE r.rolname = ${parameter}::name AND s.refclassid = 'pg_authid'::regclass AND s.deptype IN ('o', 'a')
      AND (s.deptype = 'o' OR b.datname <> current_database())
    GROUP BY deptype, b.datname`

const sql = `
WITH had (text) AS (${words('$1')}), has (text) AS (${words('$2')})
SELECT text, of FROM (
  SELECT text, 'old' AS of FROM (SELECT text FROM had EXCEPT SELECT text FROM has) AS missing
  UNION ALL
  SELECT text, 'new' FROM (SELECT text FROM has EXCEPT SELECT text FROM had) AS extra
  UNION ALL
  ${effective.join('\n  UNION ALL')}
) AS differences
ORDER BY of, text
LIMIT $4`
