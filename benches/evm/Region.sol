// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.30;

/// What the 2019 design does in a region, as one contract: register, verify by vote, add a record, grant, read.
/// Accounts stand for members, as in that design. Fields share a storage slot wherever they fit.
contract Region {
	struct Provider {
		bytes number;
		string name;
		bytes encryptionKey;
		uint32 ayes;
		bool verified;
	}

	struct Patient {
		bytes32 commitment;
		bytes encryptionKey;
	}

	/// The seven fields and the hash. The record's number (recid) is its place.
	struct Record {
		/// ownname
		address patient;
		uint64 addedAt;
		/// provname
		address author;
		uint64 envelopeSize;
		/// The CID without what all have in common: its codec, and its digest.
		bytes1 codec;
		bytes32 digest;
		/// emrhash
		bytes32 documentHash;
		/// recname
		bytes sealedName;
		/// enckeypat
		bytes forPatient;
		/// enckeypro
		bytes forAuthor;
	}

	struct Grant {
		/// enckeythird
		bytes forGrantee;
		uint64 grantedAt;
		uint8 purpose;
	}

	/// What an author gives.
	struct NewRecord {
		address patient;
		uint64 envelopeSize;
		bytes1 codec;
		bytes32 digest;
		bytes32 documentHash;
		bytes sealedName;
		bytes forPatient;
		bytes forAuthor;
	}

	event RecordAdded(uint256 record, address patient, address author, bytes32 digest);
	event Granted(uint256 record, address grantee);

	mapping(address => bool) public isAuthority;
	uint32 public immutable authorities;
	mapping(address => Provider) public providers;
	mapping(address => Patient) public patients;
	mapping(address => mapping(address => bool)) private voted;
	Record[] private records;
	/// Of a patient, and by an author.
	mapping(address => uint256[]) private recordsOf;
	/// One record for each envelope.
	mapping(bytes32 => bool) private known;
	mapping(uint256 => mapping(address => Grant)) private grants;
	mapping(uint256 => address[]) private grantees;
	mapping(address => uint256[]) private grantedTo;

	constructor(address[] memory accounts) {
		for (uint256 i = 0; i < accounts.length; i++) isAuthority[accounts[i]] = true;
		authorities = uint32(accounts.length);
	}

	function registerPatient(bytes32 commitment, bytes calldata encryptionKey) external {
		require(patients[msg.sender].commitment == 0, "already registered");
		patients[msg.sender] = Patient(commitment, encryptionKey);
	}

	function applyAsProvider(bytes calldata number, string calldata name, bytes calldata encryptionKey) external {
		require(providers[msg.sender].number.length == 0, "already applied");
		providers[msg.sender] = Provider(number, name, encryptionKey, 0, false);
	}

	/// More than half of the authorities verify a provider.
	function verify(address provider) external {
		require(isAuthority[msg.sender], "not an authority");
		require(!voted[provider][msg.sender], "already voted");
		require(providers[provider].number.length != 0, "not an applicant");
		voted[provider][msg.sender] = true;
		uint32 ayes = ++providers[provider].ayes;
		if (ayes * 2 > authorities) providers[provider].verified = true;
	}

	function addRecord(NewRecord calldata r) external {
		require(providers[msg.sender].verified, "not verified");
		require(patients[r.patient].commitment != 0, "no such patient");
		require(!known[r.digest], "the envelope has a record");
		require(r.envelopeSize != 0 && r.forPatient.length >= 256 && r.forAuthor.length >= 256, "not well-formed");
		known[r.digest] = true;
		uint256 id = records.length;
		records.push(
			Record(
				r.patient,
				uint64(block.timestamp),
				msg.sender,
				r.envelopeSize,
				r.codec,
				r.digest,
				r.documentHash,
				r.sealedName,
				r.forPatient,
				r.forAuthor
			)
		);
		recordsOf[r.patient].push(id);
		recordsOf[msg.sender].push(id);
		emit RecordAdded(id, r.patient, msg.sender, r.digest);
	}

	function grant(uint256 id, address grantee, bytes calldata forGrantee, uint8 purpose) external {
		require(records[id].patient == msg.sender, "only its patient grants a record");
		require(providers[grantee].verified, "not verified");
		require(grants[id][grantee].forGrantee.length == 0, "already granted");
		require(forGrantee.length >= 256, "not well-formed");
		grants[id][grantee] = Grant(forGrantee, uint64(block.timestamp), purpose);
		grantees[id].push(grantee);
		grantedTo[grantee].push(id);
		emit Granted(id, grantee);
	}

	function record(uint256 id) external view returns (Record memory) {
		return records[id];
	}

	function count() external view returns (uint256) {
		return records.length;
	}

	function listOf(address member) external view returns (uint256[] memory) {
		return recordsOf[member];
	}

	function grantOf(uint256 id, address grantee) external view returns (Grant memory) {
		return grants[id][grantee];
	}

	function granteesOf(uint256 id) external view returns (address[] memory) {
		return grantees[id];
	}

	function listGrantedTo(address grantee) external view returns (uint256[] memory) {
		return grantedTo[grantee];
	}
}
