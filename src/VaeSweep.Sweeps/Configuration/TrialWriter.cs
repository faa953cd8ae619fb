using System.Security.Cryptography;
using System.Text;

namespace VaeSweep.Sweeps;

/// <summary>Puts trials together from rendered fragments. Not for several threads.</summary>
internal sealed class TrialWriter
{
    private const int PackKeyDigits = 24;

    private readonly TextBuffer _config = new();
    private readonly TextBuffer _identity = new();
    private readonly TextBuffer _pack = new();
    private byte[] _lastPack = [];
    private string _lastPackKey = "";

    /// <summary>Starts the next trial.</summary>
    public void Clear()
    {
        _config.Clear();
        _identity.Clear();
        _pack.Clear();
    }

    /// <summary>Adds paths; call in ordinal order of the paths.</summary>
    public void Add(ConfigFragment fragment)
    {
        _config.Add(fragment.Config);
        _identity.Add(fragment.Identity);
        _pack.Add(fragment.Pack);
    }

    /// <summary>SHA-256 of the identity.</summary>
    public void Fingerprint(Span<byte> hash) => SHA256.HashData(_identity.Close(), hash);

    public Trial ToTrial(long index, ReadOnlySpan<byte> fingerprint, long seed, int epochs) =>
        new(index, Convert.ToHexStringLower(fingerprint), ConfigJson(), seed, PackKey(), epochs);

    public string ConfigJson() => Encoding.ASCII.GetString(_config.Close());

    public string PackKey()
    {
        var text = _pack.Close();
        if (!text.SequenceEqual(_lastPack))
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(text, hash);
            _lastPackKey = Convert.ToHexStringLower(hash)[..PackKeyDigits];
            _lastPack = text.ToArray();
        }

        return _lastPackKey;
    }

    private sealed class TextBuffer
    {
        private byte[] _bytes = new byte[2048];
        private int _length;

        public void Clear() => _length = 0;

        public void Add(byte[] part)
        {
            if (_length + part.Length + 1 > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + part.Length + 1));

            part.AsSpan().CopyTo(_bytes.AsSpan(_length));
            _length += part.Length;
        }

        /// <summary>Fragments start with a comma: the first one becomes the opening brace.</summary>
        public ReadOnlySpan<byte> Close()
        {
            _bytes[0] = (byte)'{';
            _bytes[_length] = (byte)'}';
            return _bytes.AsSpan(0, _length + 1);
        }
    }
}
