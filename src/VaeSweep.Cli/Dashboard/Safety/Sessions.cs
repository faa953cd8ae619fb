using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace VaeSweep.Cli.Dashboard;

/// <summary>Who is let in: by a token, by a ticket that is good once, or by the cookie that either of them is changed
/// for.</summary>
/// <remarks>A cookie is signed with a key made of the token and holds neither: it outlives a restart of the dashboard, and not
/// the token.</remarks>
internal sealed class Sessions(TokenFile tokens, TimeProvider time)
{
    public static readonly TimeSpan Life = TimeSpan.FromHours(12);

    private const int TicketBytes = 32;
    private const int MostTickets = 256;
    private const int NonceBytes = 16;
    private const int PayloadBytes = 1 + sizeof(long) + NonceBytes;
    private const int MostCharacters = 256;

    private readonly byte[] _key = HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(tokens.Token), HMACSHA256.HashSizeInBytes,
        info: "vaesweep dashboard session"u8.ToArray());
    private readonly Lock _gate = new();
    private readonly List<(byte[] Hash, Role Role)> _tickets = [];

    /// <summary>What an address may carry to a browser: it opens once.</summary>
    public string NewTicket(Role role)
    {
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TicketBytes));
        lock (_gate)
        {
            if (_tickets.Count == MostTickets)
                _tickets.RemoveAt(0);
            _tickets.Add((Hash(ticket), role));
        }

        return ticket;
    }

    /// <returns>Null where it was used or never made.</returns>
    public Role? UseTicket(string ticket)
    {
        if (ticket.Length > MostCharacters)
            return null;
        var hash = Hash(ticket);
        lock (_gate)
        {
            var place = _tickets.FindIndex(one => CryptographicOperations.FixedTimeEquals(one.Hash, hash));
            if (place < 0)
                return null;
            var role = _tickets[place].Role;
            _tickets.RemoveAt(place);
            return role;
        }
    }

    /// <returns>Null of a wrong one.</returns>
    public Role? OfToken(string token)
    {
        if (token.Length is 0 or > MostCharacters)
            return null;
        var hash = Hash(token);
        var (owner, visitor) = (CryptographicOperations.FixedTimeEquals(hash, Hash(tokens.Token)),
            CryptographicOperations.FixedTimeEquals(hash, Hash(tokens.Visitor)));
        return owner ? Role.Owner : visitor ? Role.Visitor : null;
    }

    /// <summary>A session's cookie, and when it ends.</summary>
    public (string Cookie, DateTimeOffset Until) Begin(Role role)
    {
        var until = time.GetUtcNow() + Life;
        var bytes = new byte[PayloadBytes + HMACSHA256.HashSizeInBytes];
        bytes[0] = (byte)role;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), until.ToUnixTimeSeconds());
        RandomNumberGenerator.Fill(bytes.AsSpan(1 + sizeof(long), NonceBytes));
        HMACSHA256.HashData(_key, bytes.AsSpan(0, PayloadBytes), bytes.AsSpan(PayloadBytes));
        return (Base64Url.EncodeToString(bytes), until);
    }

    /// <returns>Null of one that is over, or that was not made here.</returns>
    public (Role Role, DateTimeOffset Until)? OfCookie(string? cookie)
    {
        Span<byte> bytes = stackalloc byte[PayloadBytes + HMACSHA256.HashSizeInBytes];
        if (cookie is not { Length: > 0 and <= MostCharacters } || !Base64Url.IsValid(cookie, out var length)
            || length != bytes.Length || !Base64Url.TryDecodeFromChars(cookie, bytes, out _))
        {
            return null;
        }

        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, bytes[..PayloadBytes], expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, bytes[PayloadBytes..]))
            return null;
        var until = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes[1..]));
        return until > time.GetUtcNow() ? (bytes[0] == (byte)Role.Owner ? Role.Owner : Role.Visitor, until) : null;
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
