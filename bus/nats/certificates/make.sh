#!/bin/sh
# Makes the certificates that tests of TLS use: a CA, what it signed (a server on the loopback, the
# same expired, one of another host, a client), and a CA that signed nothing. Valid from 2020 for a
# hundred years; their keys are no secret. Run once, with OpenSSL 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
: > "$work/index"
cat > "$work/ca.conf" <<END
[ca]
default_ca = here
[here]
new_certs_dir = $work
database = $work/index
rand_serial = yes
default_md = sha256
unique_subject = no
policy = any
[any]
commonName = supplied
END

# asked NAME SUBJECT: a key, and a request for a certificate.
asked() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj "/CN=$2" -keyout "$1.key" -out "$work/$1.csr"
}

# signed NAME EXTENSION LAST_YEAR [OPTION...]
signed() {
  name=$1 extension=$2 year=$3
  shift 3
  printf '%s\n' "$extension" > "$work/extensions"
  openssl ca -batch -notext -config "$work/ca.conf" -in "$work/$name.csr" -out "$name.pem" \
    -startdate 20200101000000Z -enddate "${year}0101000000Z" -extfile "$work/extensions" "$@"
}

for name in ca stranger; do
  asked $name "$name of Jobchart's tests"
  signed $name "basicConstraints=critical,CA:TRUE" 2120 -selfsign -keyfile $name.key
done

by_ca="-cert ca.pem -keyfile ca.key"
asked server localhost
signed server "subjectAltName=DNS:localhost,IP:127.0.0.1" 2120 $by_ca
asked expired localhost
signed expired "subjectAltName=DNS:localhost,IP:127.0.0.1" 2021 $by_ca
asked elsewhere elsewhere.example
signed elsewhere "subjectAltName=DNS:elsewhere.example" 2120 $by_ca
asked client ann
signed client "extendedKeyUsage=clientAuth" 2120 $by_ca
rm -r ca.key stranger.key "$work"
