package neo4j

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	bolt "github.com/neo4j/neo4j-go-driver/v5/neo4j"
)

// connect opens a driver. The URL may hold user and password; otherwise a password is that of the user neo4j, and "" is no authentication.
func connect(address, password string) (bolt.DriverWithContext, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("neo4j: the server's address is not a URL such as bolt://127.0.0.1:7687") // its text may hold a password
	}
	auth := bolt.NoAuth()
	if password != "" {
		auth = bolt.BasicAuth(user, password, "")
	}
	if u.User != nil {
		password, _ := u.User.Password()
		auth = bolt.BasicAuth(u.User.Username(), password, "")
		u.User = nil
	}
	driver, err := bolt.NewDriverWithContext(u.String(), auth)
	if err != nil {
		return nil, fmt.Errorf("neo4j: connecting to %s: %w", u.Host, err)
	}
	return driver, nil
}

// query runs one statement in a transaction of its own, once, and returns the first value of each row.
func query(ctx context.Context, driver bolt.DriverWithContext, text string, params map[string]any, options ...func(*bolt.TransactionConfig)) (list []any, err error) {
	session := driver.NewSession(ctx, bolt.SessionConfig{})
	defer func() { err = errors.Join(err, session.Close(context.WithoutCancel(ctx))) }()
	result, err := session.Run(ctx, text, params, options...)
	if err != nil {
		return nil, err
	}
	for result.Next(ctx) {
		list = append(list, result.Record().Values[0])
	}
	return list, result.Err()
}

func versionOf(ctx context.Context, driver bolt.DriverWithContext) (string, error) {
	list, err := query(ctx, driver, `CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]`, nil)
	if err != nil {
		return "", err
	}
	if len(list) == 1 {
		if version, is := list[0].(string); is {
			return version, nil
		}
	}
	return "", fmt.Errorf("neo4j: the server does not say its version: %v", list)
}

// refused tells whether the server did not take the credentials.
func refused(err error) bool {
	var answer *bolt.Neo4jError
	return errors.As(err, &answer) && strings.HasPrefix(answer.Code, "Neo.ClientError.Security.")
}
