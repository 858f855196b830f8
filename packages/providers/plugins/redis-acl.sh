#!/bin/sh
# Redis ACL users by shell and redis-cli: a template to copy (docs/providers/exec.md). It is asked in lines of NAME=VALUE and answers
# in one line of JSON. Values go to redis-cli by standard input only: a command line can be read by everybody on the machine.
set -fu
LC_ALL=C
verb='' owner='' handle='' handles='' secret='' name='' mark='' prefix=''
host='' port='' admin='' adminSecret='' secretName='' template=''
while IFS= read -r line; do
  value=${line#*=}
  case $line in
    verb=*) verb=$value ;;
    owner=*) owner=$value ;;
    handle=*) handle=$value ;;
    handles=*) handles="$handles $value " ;;
    secret=* | operation.secret=*) secret=$value ;;
    operation.name=*) name=$value ;;
    operation.mark=*) mark=$value ;;
    settings.host=*) host=$value ;;
    settings.port=*) port=$value ;;
    settings.admin=*) admin=$value ;;
    settings.adminSecret=*) secretName=$value ;;
    settings.template=*) template=$value ;;
    settings.prefix=*) prefix=$value ;;
    admin.adminSecret=*) adminSecret=$value ;;
  esac
done

ok() { printf '{"ok":{%s}}\n' "${1-}"; exit 0; }
fail() { printf '{"error":{"code":"%s","text":"%s"}}\n' "$1" "$(printf %s "$2" | tr -d '\000-\037"\\')"; exit 1; }
quoted() { printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"; }
login() { printf 'AUTH %s %s\n' "$(quoted "$1")" "$(quoted "$2")"; }
for one in $handle $handles; do
  case $one in *[!A-Za-z0-9._:@-]*) fail rejected "$one is no name of a login that this plugin can handle" ;; esac
done

place="Redis at $host:$port" nl='
'
# Commands by standard input, as the admin; the answers are left in $said, and are whole if they end in PONG.
ask() {
  said=$({ login "$admin" "$adminSecret"; printf '%s\n' "$@" PING; } | redis-cli -h "$host" -p "$port" 2>&1)
  case $nl$said in
    *"${nl}WRONGPASS"* | *"${nl}AUTH failed"*) fail denied "$place: the login $admin is refused: correct the admin secret $secretName" ;;
    *"${nl}NOAUTH"* | *"${nl}Could not connect"*) fail unreachable "$place cannot be reached, or the connection broke" ;;
    *"${nl}NOPERM"*) fail denied "$place: the login $admin lacks a right: give it the grants of docs/providers/exec.md" ;;
    *"${nl}ERR This Redis instance is not configured to use an ACL file"*) fail rejected "$place would forget its users: give it an aclfile" ;;
    *"${nl}ERR"*) fail unexpected "$place did not do what it was asked" ;;
    "${nl}OK$nl"*"${nl}PONG") ;;
    *) fail unreachable "$place did not answer to the end" ;;
  esac
}
# The rules of a user, from the list that was asked for last; none: it is not there.
rules_of() {
  printf '%s\n' "$said" | while read -r word user rules; do
    if [ "$word $user" = "user $1" ]; then printf '%s' "$rules"; fi
  done
}
# What it may do, a line each: not whether it may log in, and with what.
rights_of() {
  for rule in $(rules_of "$1"); do
    case $rule in on | off | nopass | \#* | sanitize-payload) ;; *) printf '%s\n' "$rule" ;; esac
  done
}
must_exist() { [ -n "$(rules_of "$1")" ] || fail rejected "$place: there is no login $1"; }
may_change() {
  case $1 in "$admin" | "$template" | default) fail rejected "$1 is not rotated here: it is the admin, the template or the default user" ;; esac
}
end_all() {
  while ask 'CLIENT LIST' && printf '%s\n' "$said" | grep -Fq " user=$handle "; do ask "CLIENT KILL USER $handle"; done
}
# A hash that no password has, kept beside the real one: what makes a login ours.
zeros=000000000000000000000000000000000000000000000000

case $verb in
  mint | find)
    ask 'ACL LIST'
    case " $(rules_of "$name") " in
      '  ') [ "$verb" = mint ] || ok '"is":"not-started"' ;;
      *" #$owner$mark$zeros "*)
        # Whoever died after the change and before it was saved is made good.
        ask 'ACL SAVE'
        [ "$verb" = mint ] && ok "\"handle\":\"$name\""
        ok "\"is\":\"done\",\"handle\":\"$name\"" ;;
      *)
        foreign="there is a login $name that Rekey did not make: delete it, or choose another prefix"
        [ "$verb" = mint ] && fail rejected "$foreign"
        ok "\"is\":\"ambiguous\",\"text\":\"$foreign\"" ;;
    esac
    must_exist "$template"
    hash=$(printf %s "$secret" | sha256sum | cut -c1-64)
    ask "ACL SETUSER $name reset $(rights_of "$template" | paste -sd' ' -) #$hash #$owner$mark$zeros on" 'ACL SAVE'
    ok "\"handle\":\"$name\"" ;;
  probe)
    said=$(login "$handle" "$secret" | redis-cli -h "$host" -p "$port" 2>&1)
    case $said in
      OK) ;;
      WRONGPASS*) ok '"answer":"refused"' ;;
      *) fail unreachable "$place cannot be reached, or the connection broke" ;;
    esac
    ask 'ACL LIST'
    case " $(rules_of "$handle") " in *' nopass '*) fail rejected "$place lets $handle in with any value: ACL SETUSER $handle resetpass" ;; esac
    ok '"answer":"accepted"' ;;
  disable | enable)
    may_change "$handle"
    ask 'ACL LIST'
    must_exist "$handle"
    if [ "$verb" = enable ]; then to=on; else to=off; fi
    ask "ACL SETUSER $handle $to" 'ACL SAVE'
    ok ;;
  endSessions)
    ask 'ACL LIST'
    case $(rules_of "$handle") in on*) fail unreachable "$handle may still log in: it is disabled before its sessions are ended" ;; esac
    end_all
    ok ;;
  destroy)
    may_change "$handle"
    ask 'ACL LIST'
    if [ -n "$(rules_of "$handle")" ]; then
      ask "ACL SETUSER $handle off"
      end_all
      ask "ACL DELUSER $handle"
    fi
    ask 'ACL SAVE'
    ok ;;
  list)
    ask 'ACL LIST'
    ours="s/^user \(${prefix}_v[0-9]*_$owner\([0-9a-f]\{8\}\)\) .*#$owner\2$zeros.*/{\"handle\":\"\1\",\"mark\":\"\2\"}/p"
    ok "\"listed\":[$(printf '%s\n' "$said" | sed -n "$ours" | paste -sd, -)]" ;;
  usage)
    ask 'CLIENT LIST'
    seen=$(printf '%s\n' "$said" | awk -v handles="$handles" '/^id=/ {
      name = ""; place = ""; user = ""
      for (i = 1; i <= NF; i++) {
        if ($i ~ /^name=/) name = substr($i, 6)
        if ($i ~ /^addr=/) place = substr($i, 6)
        if ($i ~ /^user=/) user = substr($i, 6)
      }
      sub(/:[0-9]+$/, "", place)
      if (name == "") name = place
      gsub(/[^!-~]|["\\]/, "", name)
      if (index(handles, " " user " ") && !told[user, name]++) printf "{\"handle\":\"%s\",\"seenAs\":\"%s\"}\n", user, name
    }' | paste -sd, -)
    ok "\"sightings\":[$seen],\"gaps\":[\"connections that began and ended between two looks are not seen\"]" ;;
  *) fail rejected "the plugin does not know the verb $verb" ;;
esac
