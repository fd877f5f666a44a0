alice@host:~$ kcadm.sh get clients/1 \
> -r a
{
  "clientId": "o",
  "attributes": {"dpop.bound.access.tokens": "true"}
}
alice@host:~$ cat <<EOF | sh -c 'kubectl apply -f -'
kind: KongPlugin
EOF
