// Only read, never built: the schemas of the Gateway API come with its module. 1.6 is the newest line that Go 1.26 takes.
module gateway-api

go 1.26.0

require sigs.k8s.io/gateway-api v1.6.3
