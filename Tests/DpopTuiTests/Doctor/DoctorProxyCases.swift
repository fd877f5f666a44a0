extension DoctorCase {
    private static let tls = "KC_HOSTNAME: https://auth.test\nKC_HTTP_ENABLED: \"true\""
    private static let reads = tls + "\nKC_PROXY_HEADERS: xforwarded"

    private static func keycloak(_ environment: String, _ front: String, _ text: String) -> Files {
        ["c.yaml": Doctoring.compose(environment), front: text]
    }

    private static func haproxy(_ lines: String = "http-request set-header X-Forwarded-Proto https if { ssl_fc }")
        -> String
    {
        """
        defaults
          mode http
        frontend public
          bind *:80
          bind *:443 ssl crt /etc/site.pem # the site's
          \(lines)
          use_backend kc if { hdr(host) -i auth.test }
        backend kc
          option httpchk GET "/health ready"
          server one keycloak:8080 check
        """
    }

    private static func caddy(_ lines: String = "", site: String = "auth.test") -> String {
        """
        {
          email a@auth.test
        }
        \(site) {
          encode gzip
          reverse_proxy keycloak:8080 {
            \(lines)
          }
        }
        """
    }

    private static func traefik(_ environment: String, _ label: String = "tls=true") -> String {
        Doctoring.compose(environment)
            + "\n    labels:\n    - traefik.http.routers.k.rule=Host(`auth.test`)\n    - traefik.http.routers.k.\(label)\n"
    }

    private static func ingress(_ value: String, annotation: String = "a: b") -> String {
        """
        kind: Deployment
        spec:
          containers:
          - image: quay.io/keycloak/keycloak:26.7
            args: [start]
            env:
            - {name: KC_HTTP_ENABLED, value: "true"}
            - {name: \(value)}
        ---
        kind: Ingress
        metadata: {annotations: {\(annotation)}}
        spec:
          tls: [{hosts: [auth.test]}]
          rules: [{http: {paths: [{path: /, backend: {service: {name: keycloak}}}]}}]
        """
    }

    private static let vhost = """
        <VirtualHost *:443>
          ServerName auth.test
          ProxyPreserveHost On
          ProxyPass / http://keycloak:8080/
          RequestHeader set X-Forwarded-Proto https
        </VirtualHost>
        """

    /// What stands in front, in the languages of each proxy.
    static let proxies: [DoctorCase] = [
        DoctorCase(
            "keycloak.proxy-headers", keycloak(tls, "haproxy.cfg", haproxy()),
            right: keycloak(reads, "haproxy.cfg", haproxy())),
        DoctorCase(
            "keycloak.proxy-headers", keycloak("KC_HTTP_ENABLED: \"true\"", "Caddyfile", caddy()),
            right: keycloak("KC_HTTP_ENABLED: \"true\"", "Caddyfile", caddy(site: "http://auth.test"))),
        DoctorCase(
            "keycloak.proxy-headers", "c.yaml", traefik("KC_HTTP_ENABLED: \"true\""),
            right: traefik("KC_HTTP_ENABLED: \"true\"", "entrypoints=web")),
        DoctorCase(
            "keycloak.proxy-headers", "c.yaml", traefik("KC_HTTP_ENABLED: \"true\"", "entrypoints=websecure"),
            right: traefik(reads)),
        DoctorCase(
            "keycloak.proxy-headers", "k.yaml", ingress("A, value: b"),
            right: ingress("KC_PROXY_HEADERS, value: xforwarded")),
        DoctorCase(
            "keycloak.proxy-headers", "k.yaml", ingress("A, value: b"),
            right: ingress("A, value: b", annotation: "nginx.ingress.kubernetes.io/backend-protocol: HTTPS")),
        DoctorCase(
            "keycloak.proxy-headers", keycloak("KC_HTTP_ENABLED: \"true\"", "site.conf", vhost),
            right: keycloak(reads, "site.conf", vhost)),
        // Behind TLS of its own that is asked for again, Host and scheme are right as they are.
        DoctorCase(
            "keycloak.proxy-headers", keycloak("A: b", "n.conf", Doctoring.nginx(Doctoring.forwarded)),
            right: keycloak(
                "KC_HTTPS_CERTIFICATE_FILE: /c", "n.conf",
                Doctoring.nginx(Doctoring.forwarded).replacing("http://keycloak:8080", with: "https://keycloak:8443"))),
        // A proxy in front of something else is not Keycloak's.
        DoctorCase(
            "keycloak.proxy-headers",
            ["a.env": "KC_LOG_LEVEL=info\n", "n.conf": Doctoring.nginx(Doctoring.forwarded)],
            right: [
                "a.env": "KC_LOG_LEVEL=info\n",
                "n.conf": Doctoring.nginx(Doctoring.forwarded).replacing("keycloak:8080", with: "api:3000"),
            ]),
        // reencrypt and passthrough mean that Keycloak ends TLS itself.
        DoctorCase(
            "keycloak.proxy-headers", "c.yaml", Doctoring.compose(tls + "\nKC_PROXY: edge"),
            right: Doctoring.compose(tls + "\nKC_PROXY: passthrough")),
        DoctorCase(
            "keycloak.proxy-headers-family", keycloak(reads, "haproxy.cfg", haproxy("option forwarded")),
            right: keycloak(reads, "haproxy.cfg", haproxy())),
        DoctorCase(
            "keycloak.proxy-headers-family",
            keycloak(tls + "\nKC_PROXY_HEADERS: forwarded", "Caddyfile", caddy()),
            right: keycloak(reads, "Caddyfile", caddy())),
        DoctorCase(
            "keycloak.proxy-headers-family", "c.yaml", traefik(tls + "\nKC_PROXY_HEADERS: forwarded"),
            right: traefik(reads)),
        DoctorCase("front.host", "haproxy.cfg", haproxy(""), right: haproxy()),
        DoctorCase("front.host", "haproxy.cfg", haproxy(""), right: haproxy("option forwarded")),
        DoctorCase(
            "front.host", keycloak(reads, "Caddyfile", caddy(site: ":80")), right: keycloak(reads, "Caddyfile", caddy())
        ),
        DoctorCase(
            "front.host", "n.conf", Doctoring.nginx(""), right: Doctoring.nginx("", outside: "include proxy_params;")),
        DoctorCase(
            "front.drops-header", "haproxy.cfg", haproxy("http-request del-header DPoP"),
            right: haproxy("http-request set-header X-Forwarded-Proto https\n  http-request del-header X-Real-IP")),
        DoctorCase(
            "front.drops-header", "haproxy.cfg",
            haproxy("http-request replace-header Authorization \"DPoP (.*)\" \"Bearer \\1\""), right: haproxy()),
        DoctorCase("front.drops-header", "Caddyfile", caddy("header_up -DPoP"), right: caddy("header_up -Cookie")),
        DoctorCase(
            "front.drops-header", "Caddyfile",
            "(plain) {\n  request_header -DPoP\n}\napi.test {\n  import plain\n  reverse_proxy api:80\n}\n",
            right: "(plain) {\n  encode gzip\n}\napi.test {\n  import plain\n  reverse_proxy api:80\n}\n"),
        DoctorCase(
            "front.path", "Caddyfile",
            "auth.test {\n  handle_path /auth/* {\n    reverse_proxy keycloak:8080\n  }\n}\n",
            right: "auth.test {\n  handle /auth/* {\n    reverse_proxy keycloak:8080\n  }\n}\n"),
        DoctorCase(
            "front.path", "n.conf", prefixed("http://keycloak:8080/"), right: prefixed("http://keycloak:8080")),
        DoctorCase(
            "front.path", "n.conf", prefixed("http://keycloak:8080/"),
            right: prefixed("http://keycloak:8080/", "proxy_set_header X-Forwarded-Prefix /auth;")),
        DoctorCase(
            "front.port", keycloak(reads + "\nA: b", "n.conf", numbered("8443")),
            right: keycloak(reads, "n.conf", numbered("443"))),
        // A load balancer in front ends TLS, and this proxy says so.
        DoctorCase(
            "front.port", "n.conf", numbered("8443"),
            right: "server { listen 8080; location / { proxy_pass http://kc; proxy_set_header Host $host; "
                + "proxy_set_header X-Forwarded-Proto https; proxy_set_header X-Forwarded-Port 443; } }"),
        // The port that compose publishes.
        DoctorCase(
            "front.port", "n.conf", numbered("8443"), right: "services: {}"),
        DoctorCase(
            "front.port", ["n.conf": numbered("8443")],
            right: ["n.conf": numbered("8443"), "c.yaml": "services: {web: {image: nginx, ports: ['8443:443']}}"]),
    ]

    private static func prefixed(_ target: String, _ more: String = "") -> String {
        "server { listen 443 ssl; location /auth/ { proxy_pass \(target); \(Doctoring.forwarded) \(more) } }"
    }

    private static func numbered(_ port: String) -> String {
        Doctoring.nginx(Doctoring.forwarded + "proxy_set_header X-Forwarded-Port \(port);")
    }
}
