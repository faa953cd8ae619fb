using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace VaeSweep.Store.Postgres;

/// <summary>What a server's or a network's error means, and when asking again may help.</summary>
internal static class PostgresFailure
{
    /// <summary>The driver's words; it has no code for it.</summary>
    private const string NoEncryption = "SSL connection requested";

    /// <summary>Deadlock, serialisation, and a server that is going down or coming up: the transaction has done nothing.</summary>
    public static bool IsUndone(PostgresException error) => error.SqlState is
        PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.LockNotAvailable;

    public static StoreException Explain(Exception error, string location) => error switch
    {
        StoreException known => known,
        PostgresException answer when PostgresSchema.MissingSchema(answer, location) is { } missing => missing,
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new StoreException(
            $"The database of {location} does not exist. Create it (createdb) or correct the URL.", error),
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => new StoreException(
            $"{location} refused user or password. Set the password in PGPASSWORD or a file named by PGPASSFILE.", error),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } denied => new StoreException(
            $"{location}: {denied.MessageText}. Use a role that may do this.", error),
        PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow } away =>
            new StoreUnreachableException($"The store {location} is stopping or starting: {away.MessageText}.", error),
        PostgresException answer => new StoreException($"{location}: {answer.MessageText} (SQLSTATE {answer.SqlState}).", error),
        NpgsqlException { InnerException: AuthenticationException } => new StoreException(
            $"{location} shows a certificate that is not believed here: the authority that signed it must be in the file that sslrootcert=FILE names (of a private server: its server.crt), "
            + "and it must hold the host name by which the address calls the server.", error),
        NpgsqlException when error.Message.StartsWith(NoEncryption, StringComparison.Ordinal) => new StoreException(
            $"{location} does not speak TLS, which the address asks for (sslmode). Switch it on there (ssl = on), or reach the server where nobody can listen.", error),
        NpgsqlException { InnerException: SocketException { SocketErrorCode: not SocketError.HostNotFound } or IOException or TimeoutException } => new StoreUnreachableException(
            $"The store {location} cannot be reached: {error.InnerException!.Message}. Is the server running, and its port open to this machine?", error),
        _ => new StoreException($"The store {location} failed: {error.Message}", error),
    };
}
